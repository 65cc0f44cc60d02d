"""What goes over the wire: names of groups, one constructor per event, and publishing after commit.

May touch: the channel layer. Leaves to others: the database and the sockets.
"""
