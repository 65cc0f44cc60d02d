"""The chat: rooms, messages, and their delivery to every open browser."""
