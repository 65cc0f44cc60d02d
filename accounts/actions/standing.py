"""A person's standing on the instance: role, deactivation, and the way back in without mail."""

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.db import transaction
from django.urls import reverse

from accounts.actions.sessions import sign_out_everywhere
from accounts.errors import LastOwner, NotAllowed, SelfChange
from accounts.models import User
from accounts.policy import grantable_roles, may_manage, rank
from accounts.signals import account_changed, account_closed, administered


def change_role(actor: User | None, person: User, *, role: str) -> User:
    """Give the person another role. Raises NotAllowed or LastOwner.

    An owner may step down while another one stays. Open sockets live on: every act asks for the role anew.
    """
    with transaction.atomic():
        person = _lock(person)
        if role == person.role:
            return person
        stepping_down = actor is not None and actor.pk == person.pk and rank(role) < rank(person.role)
        if actor and not stepping_down and User.Role(role) not in grantable_roles(actor, person):
            raise NotAllowed
        _check_owner_stays(person)

        before, person.role = person.role, role
        person.save(update_fields=["role"])
        account_changed.send(User, user=person)
        _tell(actor, "role_changed", person, before={"role": before}, after={"role": role})
    return person


def deactivate(actor: User | None, person: User) -> User:
    """Close the account to its person; what they wrote stays. Raises SelfChange, NotAllowed or LastOwner."""
    with transaction.atomic():
        person = _lock(person)
        if person.state == User.State.CLOSED:
            return person
        _check_managed(actor, person)
        _check_owner_stays(person)

        person.state = User.State.CLOSED
        person.save(update_fields=["state"])
        sign_out_everywhere(person)
        account_closed.send(User, user=person)
        account_changed.send(User, user=person)
        _tell(actor, "deactivated", person)
    return person


def reactivate(actor: User | None, person: User) -> User:
    """Open a deactivated account again. Raises SelfChange or NotAllowed."""
    with transaction.atomic():
        person = _lock(person)
        if person.state != User.State.CLOSED:
            return person
        _check_managed(actor, person)

        person.state = User.State.ACTIVE
        person.save(update_fields=["state"])
        account_changed.send(User, user=person)
        _tell(actor, "reactivated", person)
    return person


def make_reset_link(actor: User | None, person: User) -> str:
    """Return the path of a page where the person sets a new password.

    The token in it dies with the old password, at the next sign-in, or after PASSWORD_RESET_TIMEOUT.
    Raises SelfChange or NotAllowed.
    """
    # The token covers the last sign-in: what the caller loaded earlier may be stale.
    person = User.objects.get(pk=person.pk)
    _check_managed(actor, person)
    if person.kind != User.Kind.HUMAN or not person.is_active:
        raise NotAllowed
    if actor is not None:
        _tell(actor, "reset_link_made", person)
    key = {"uidb36": user_pk_to_url_str(person), "key": default_token_generator.make_token(person)}
    return reverse("account_reset_password_from_key", kwargs=key)


def _tell(actor: User | None, act: str, person: User, **facts: dict[str, str]) -> None:
    administered.send(User, actor=actor, act=act, person=person, **facts)


def _lock(person: User) -> User:
    # All owners are locked in one order, so that the last two cannot leave at the same moment.
    list(User.objects.select_for_update().filter(role=User.Role.OWNER).order_by("pk"))
    return User.objects.select_for_update().get(pk=person.pk)


def _check_managed(actor: User | None, person: User) -> None:
    if actor is None:
        return
    if actor.pk == person.pk:
        raise SelfChange
    if not may_manage(actor, person):
        raise NotAllowed


def _check_owner_stays(person: User) -> None:
    others = User.objects.active().filter(role=User.Role.OWNER).exclude(pk=person.pk)
    if person.role == User.Role.OWNER and not others.exists():
        raise LastOwner
