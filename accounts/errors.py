"""What the actions refuse, in words for the person who asked."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class AccountError(Exception):
    """A refused act. `code` is stable and for programs, `detail` is for people."""

    code = "refused"
    detail: str | Promise = _("That is not possible.")
    field: str | None = None
    """The form field the refusal concerns; None for the whole form."""


class AlreadySetUp(AccountError):
    code = "already_set_up"
    detail = _("This chat is already set up.")


class InvitationSpent(AccountError):
    """Expired, used up, revoked and unknown: alike on purpose."""

    code = "invitation_spent"
    detail = _("This link no longer lets anybody in.")


class SignUpClosed(AccountError):
    code = "sign_up_closed"
    detail = _("New accounts are by invitation only.")


class EmailTaken(AccountError):
    code = "email_taken"
    detail = _("There is already an account with this e-mail address. Sign in instead.")
    field = "email"


class HandleTaken(AccountError):
    code = "handle_taken"
    detail = _("This user name, or one that looks like it, is taken.")
    field = "handle"


class NotAllowed(AccountError):
    code = "not_allowed"
    detail = _("Your role does not allow this.")


class LastOwner(AccountError):
    code = "last_owner"
    detail = _("Somebody must own this chat: make another person owner first.")


class SelfChange(AccountError):
    code = "self_change"
    detail = _("You cannot do this to your own account.")
