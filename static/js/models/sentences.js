/** What happened in a room, as a sentence: the twin of chat/messages/lines.py. */
import { t } from "chat/helpers/i18n.js"

const SENTENCES = {
  room_created: "%(actor)s created the room",
  joined: "%(actor)s joined",
  joined_invited: "%(actor)s joined with an invitation from %(invited_by)s",
  left: "%(actor)s left",
  added: "%(actor)s added %(target)s",
  removed: "%(actor)s removed %(target)s",
  renamed: "%(actor)s renamed the room to “%(value)s”",
  topic_changed: "%(actor)s changed the topic to “%(value)s”",
  topic_removed: "%(actor)s removed the topic",
  archived: "%(actor)s archived the room",
  unarchived: "%(actor)s reopened the room",
}

/** @param {{act: string, actor: {name: string}, target?: {name: string}, invited_by?: {name: string}, value?: string}} line */
export function sentence(line) {
  const { actor, target, invited_by, value } = line
  const names = { actor: actor?.name ?? "", target: target?.name ?? "", invited_by: invited_by?.name ?? "", value: value ?? "" }
  return t(SENTENCES[actOf(line)] ?? "%(actor)s", names)
}

function actOf({ act, invited_by, value }) {
  if (act === "joined" && invited_by) return "joined_invited"
  if (act === "topic_changed" && !value) return "topic_removed"
  return act
}
