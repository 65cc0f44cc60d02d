"""Emoji of this chat: a name and a picture each, made by administrators, written as `:name:`."""
