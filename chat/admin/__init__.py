"""Rooms, messages and moderation in Django's admin: looks up what its reader may see, acts through the actions."""

from chat.admin import moderation, rooms

__all__ = ["moderation", "rooms"]
