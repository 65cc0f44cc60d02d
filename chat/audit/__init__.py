"""The audit log: every act of a moderator, an administrator or a rule, in a chain of hashes.

May touch: its own two tables. Leaves to others: deciding and acting. Whoever acts calls `record` last, in the
transaction of the act.
"""
