"""Files: received in pieces, looked at, kept in a storage, claimed by a message, served, forgotten.

May touch: its own table, the storage, the folder of what is still coming. Leaves to others: which message (messages).
"""
