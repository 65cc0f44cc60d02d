"""What other apps may hear from accounts. Sent inside the transaction that makes it true.

A receiver that reaches beyond the database waits for the commit itself.
"""

from django.dispatch import Signal

# user: User, invitation: Invitation | None, first_run: bool
account_joined = Signal()

# user: User. The account is deactivated; access_ended follows.
account_closed = Signal()

# user: User, session: str | None, moved: bool = False. The key of the session that ended; None ends all of them.
# `moved`: the person goes on under a new key (their own new password), so that their open pages connect again.
access_ended = Signal()

# user: User. Name, handle, role or state differ from before.
account_changed = Signal()

# user: User, preferences: dict[str, Any]. The person's own choices; nobody else hears of them.
preferences_changed = Signal()

# actor: User | None (the operator), act: str, person: User | None, before: dict, after: dict.
# Somebody who keeps the instance did something that others may want to look up.
administered = Signal()
