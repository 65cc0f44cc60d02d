"""Messages: sending, editing, deleting, reacting, reading on, and how a row is rendered.

May touch: rooms' counters and messages; announces on commit. Leaves to others: rooms and their people, sockets.
"""
