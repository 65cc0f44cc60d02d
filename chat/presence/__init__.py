"""What nobody stores: who is here, and who is typing where.

May touch: the channel layer. Leaves to others: everything durable.
"""
