"""Finding messages, people and rooms by words.

May touch: what the triggers of chat/models/search_index.py keep, to read. Leaves to others: rights, pages of rooms.
"""
