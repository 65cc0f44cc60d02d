"""Who may do what: the one table of permissions and the gates that turn an id into an object.

May touch: the database, to read. Leaves to others: changing anything.
"""
