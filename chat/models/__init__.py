"""Facts and their constraints: rooms, memberships, messages.

May touch: the database. Leaves to others: rights (access), acts (actions), delivery (wire, socket).
"""

from chat.models.messages import Mention, Message, Reaction, RemovedMessage, Revision
from chat.models.rooms import Membership, Room

__all__ = ["Membership", "Mention", "Message", "Reaction", "RemovedMessage", "Revision", "Room"]
