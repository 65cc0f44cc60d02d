"""The three ways in: the first run, an invitation, an open door."""

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.errors import AlreadySetUp, EmailTaken, InvitationSpent, SignUpClosed
from accounts.models import Instance, Invitation, User
from accounts.names import derive_handle, numbered_handles, skeleton
from accounts.signals import account_joined

# Each lost race for a handle costs one try; fifty people of one name may join at the same moment.
HANDLE_TRIES = 60


def set_up_instance(*, name: str, email: str, password: str) -> User:
    """Make the instance and its owner. Raises AlreadySetUp to whoever comes second."""
    secret = make_password(password)
    with transaction.atomic():
        try:
            with transaction.atomic():
                Instance.objects.create(name=_("Team chat"))
        except IntegrityError as error:
            raise AlreadySetUp from error
        owner = _create_person(name=name, email=email, secret=secret, role=User.Role.OWNER)
        account_joined.send(User, user=owner, invitation=None, first_run=True)
    return owner


def join_by_invitation(invitation: Invitation, *, name: str, email: str, password: str) -> User:
    """Make a member and count the invitation once.

    Raises InvitationSpent (also when the last use went to somebody else a moment ago) or EmailTaken.
    """
    # Hashing takes a third of a second by design: never while the database is locked.
    secret = make_password(password)
    with transaction.atomic():
        if not Invitation.objects.live().filter(pk=invitation.pk).update(uses=F("uses") + 1):
            raise InvitationSpent
        user = _create_person(name=name, email=email, secret=secret)
        account_joined.send(User, user=user, invitation=invitation, first_run=False)
    return user


def sign_up(*, name: str, email: str, password: str) -> User:
    """Make a member where anyone may. Raises SignUpClosed or EmailTaken."""
    secret = make_password(password)
    with transaction.atomic():
        if not Instance.objects.filter(signup_mode=Instance.SignupMode.OPEN).exists():
            raise SignUpClosed
        user = _create_person(name=name, email=email, secret=secret)
        account_joined.send(User, user=user, invitation=None, first_run=False)
    return user


def _create_person(*, name: str, email: str, secret: str, role: str = User.Role.MEMBER) -> User:
    email = email.lower()
    handles = numbered_handles(derive_handle(name))
    for _try in range(HANDLE_TRIES):
        handle = next(handles)
        if User.objects.filter(handle_skeleton=skeleton(handle)).exists():
            continue
        user = User(handle=handle, display_name=name, email=email, role=role, password=secret)
        user.handle_skeleton = skeleton(handle)
        try:
            with transaction.atomic():
                user.save(force_insert=True)
        except IntegrityError:
            if User.objects.filter(email=email).exists():
                raise EmailTaken from None
            continue
        return user
    raise RuntimeError(f"no free handle like {derive_handle(name)!r} in {HANDLE_TRIES} tries")
