"""What may be done to accounts: each act checks, writes and announces in one transaction.

The announcements are accounts.signals; refusals are accounts.errors.
Actors are people; None is the operator at the machine's command line, who may do all.
"""

from accounts.actions.instance import change_instance
from accounts.actions.invitations import make_invitation, revoke_invitation
from accounts.actions.joining import join_by_invitation, set_up_instance, sign_up
from accounts.actions.preferences import change_preferences, change_status, dismiss_hint
from accounts.actions.profile import change_handle, change_profile
from accounts.actions.sessions import end_other_sessions, end_session, sign_out_everywhere
from accounts.actions.standing import change_role, deactivate, make_reset_link, reactivate

__all__ = [
    "change_handle",
    "change_instance",
    "change_preferences",
    "change_profile",
    "change_role",
    "change_status",
    "deactivate",
    "dismiss_hint",
    "end_other_sessions",
    "end_session",
    "join_by_invitation",
    "make_invitation",
    "make_reset_link",
    "reactivate",
    "revoke_invitation",
    "set_up_instance",
    "sign_out_everywhere",
    "sign_up",
]
