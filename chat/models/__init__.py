"""Facts and their constraints: rooms, memberships, messages.

May touch: the database. Leaves to others: rights (access), acts (actions), delivery (wire, socket).
"""

from chat.models.audit import AuditEntry, AuditHead
from chat.models.messages import Mention, Message, Reaction, RemovedMessage, Revision, Saved
from chat.models.moderation import (
    AddressBan,
    Case,
    CleanUp,
    Hiding,
    HouseRules,
    Note,
    Notice,
    Report,
    Rule,
    Sanction,
)
from chat.models.pictures import CustomEmoji, Picture
from chat.models.previews import LinkPreview
from chat.models.rooms import Membership, Room
from chat.models.search import SearchText
from chat.models.uploads import Upload

__all__ = [
    "AddressBan",
    "AuditEntry",
    "AuditHead",
    "Case",
    "CleanUp",
    "CustomEmoji",
    "Hiding",
    "HouseRules",
    "LinkPreview",
    "Membership",
    "Mention",
    "Message",
    "Note",
    "Notice",
    "Picture",
    "Reaction",
    "RemovedMessage",
    "Report",
    "Revision",
    "Room",
    "Rule",
    "Sanction",
    "Saved",
    "SearchText",
    "Upload",
]
