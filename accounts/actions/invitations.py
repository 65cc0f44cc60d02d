"""Making and revoking invitations."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from accounts.errors import NotAllowed
from accounts.models import INVITATION_DAYS, INVITATION_USES, Instance, Invitation, User
from accounts.policy import may_administer, may_invite
from accounts.signals import administered


def make_invitation(actor: User, *, uses: int = INVITATION_USES, days: int = INVITATION_DAYS) -> Invitation:
    """Make a link that lets `uses` people in for `days` days.

    Raises NotAllowed, also for everyone while the instance lets nobody sign up.
    """
    instance = Instance.current()
    if not may_invite(actor) or (instance and instance.signup_mode == Instance.SignupMode.CLOSED):
        raise NotAllowed
    good_until = timezone.now() + timedelta(days=days)
    return Invitation.objects.create(created_by=actor, max_uses=uses, expires_at=good_until)


def revoke_invitation(actor: User, invitation: Invitation) -> Invitation:
    """Make the link let nobody in any more. Its maker may, and administrators. Raises NotAllowed."""
    with transaction.atomic():
        invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
        if not may_administer(actor) and not (may_invite(actor) and invitation.created_by_id == actor.pk):
            raise NotAllowed
        if invitation.revoked_at is None:
            invitation.revoked_at = timezone.now()
            invitation.save(update_fields=["revoked_at"])
            administered.send(User, actor=actor, act="invitation_revoked", person=invitation.created_by)
    return invitation
