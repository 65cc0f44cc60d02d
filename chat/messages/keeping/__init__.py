"""Messages kept in sight: what is pinned for a whole room, what somebody saved for themselves.

May touch: messages through the gates. Leaves to others: what a pinned row looks like (messages.rendering), pages.
"""
