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
  banned: (names) => t("%(actor)s banned %(target)s from the room", names),
  unbanned: (names) => t("%(actor)s lifted the ban of %(target)s", names),
  readmitted: (names) => t("%(actor)s took %(target)s back in", names),
  made_owner: (names) => t("%(actor)s made %(target)s an owner", names),
  made_moderator: (names) => t("%(actor)s made %(target)s a moderator", names),
  made_member: (names) => t("%(actor)s made %(target)s a member", names),
  made_reader: (names) => t("%(actor)s made %(target)s a reader", names),
  announcing: (names) => t("%(actor)s made this a room for announcements", names),
  everyone_writes: (names) => t("%(actor)s opened the room for everyone to write", names),
  locked: (names) => t("%(actor)s closed the room for writing", names),
  unlocked: (names) => t("%(actor)s opened the room for writing again", names),
  slow_seconds: (names) => t("%(actor)s set %(value)s seconds between two messages of one person", names),
  slow_seconds_off: (names) => t("%(actor)s ended the slow mode", names),
  newcomer_days: (names) => t("%(actor)s lets accounts post links and mentions after %(value)s days", names),
  newcomer_days_off: (names) => t("%(actor)s lets everyone post links and mentions", names),
  most_mentions: (names) => t("%(actor)s lets one message name %(value)s people", names),
  most_mentions_off: (names) => t("%(actor)s lets a message name any number of people", names),
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
