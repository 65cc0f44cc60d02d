"""People: who they are, how they sign in, who may join, which sessions live.

May touch: its own models, allauth, Django's auth and sessions.
Leaves to others: everything about rooms and messages; it never imports chat and speaks to it by signals.
"""
