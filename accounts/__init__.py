"""People, the instance they share, invitations and sessions.

Reaches only its own tables and allauth; never imports chat.
Leaves to others, by accounts.signals, what joining and leaving mean in the rooms.
"""
