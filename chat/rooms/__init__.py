"""Rooms and who is in them: create, join, leave, add, remove, rename, archive, talk directly.

May touch: rooms and memberships; announces on commit. Leaves to others: what is said in them.
"""
