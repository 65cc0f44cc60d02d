"""Link previews: what a page that a message links to says of itself, fetched by the server under guard.

May touch: its own table, the storage of pictures, foreign servers. Leaves to others: when one looks, and which message
shows the card (messages.linking).
"""
