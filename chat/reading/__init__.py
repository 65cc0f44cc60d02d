"""How far each person has read in each room, and what is unread or mentions them.

May touch: read positions of memberships; announces to the same person's other tabs. Leaves to others: messages.
"""
