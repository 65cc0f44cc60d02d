"""From report to outcome: cases, sanctions, hidden and removed texts, clean-ups, automatic rules, house rules.

May touch: its tables, the times on User and Membership that gates read, rooms and messages through their actions.
Leaves to others: enforcing (chat.access), remembering who did what (chat.audit).
"""
