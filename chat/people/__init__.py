"""Finding people: for mentions, for new conversations, by name.

May touch: people, to read. Leaves to others: accounts and rights.
"""
