/** What happened in a room, as a sentence: the twin of chat/messages/lines.py. */
import { t } from "chat/helpers/i18n.js"

const SENTENCES = {
  room_created: (names) => t("%(actor)s created the room", names),
  joined: (names) => t("%(actor)s joined", names),
  joined_invited: (names) => t("%(actor)s joined with an invitation from %(invited_by)s", names),
  left: (names) => t("%(actor)s left", names),
  added: (names) => t("%(actor)s added %(target)s", names),
  removed: (names) => t("%(actor)s removed %(target)s", names),
  renamed: (names) => t("%(actor)s renamed the room to “%(value)s”", names),
  topic_changed: (names) => t("%(actor)s changed the topic to “%(value)s”", names),
  topic_removed: (names) => t("%(actor)s removed the topic", names),
  archived: (names) => t("%(actor)s archived the room", names),
  unarchived: (names) => t("%(actor)s reopened the room", names),
}

/** @param {{act: string, actor: {name: string}, target?: {name: string}, invited_by?: {name: string}, value?: string}} line */
export function sentence(line) {
  const { actor, target, invited_by, value } = line
  const names = { actor: actor?.name ?? "", target: target?.name ?? "", invited_by: invited_by?.name ?? "", value: value ?? "" }
  return SENTENCES[actOf(line)]?.(names) ?? names.actor
}

function actOf({ act, invited_by, value }) {
  if (act === "joined" && invited_by) return "joined_invited"
  if (act === "topic_changed" && !value) return "topic_removed"
  return act
}
