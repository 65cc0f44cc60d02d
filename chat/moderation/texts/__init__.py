"""Texts that moderators hide, show again, remove and restore. The bin itself is chat.messages.bin."""
