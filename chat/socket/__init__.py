"""The socket door: one hub per process, one consumer per browser tab.

May touch: sockets, the channel layer; the database only through queries and actions, on threads.
Leaves to others: what commands do (actions) and what events say (wire).
"""
