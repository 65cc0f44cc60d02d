"""Cards of links on messages: asked for when one is sent or edited, shown when they come, taken away.

May touch: messages through the gates, cards through `chat.previews`. Leaves to others: what a page says (previews).
"""
