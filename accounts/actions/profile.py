"""What people change about themselves."""

from django.db import IntegrityError, transaction

from accounts.errors import HandleTaken
from accounts.models import User
from accounts.names import is_reserved, skeleton
from accounts.signals import account_changed

_SEEN_BY_OTHERS = ("display_name",)
_SETTINGS = ("language", "time_zone", "theme", "density")


def change_profile(user: User, **values: str) -> User:
    """Write display_name, handle, language, time_zone, theme or density, whichever is given, already clean.

    Raises HandleTaken when the handle, or one that looks like it, belongs to another person.
    """
    with transaction.atomic():
        handle = values.pop("handle", user.handle)
        fields = {name: values.pop(name) for name in (*_SEEN_BY_OTHERS, *_SETTINGS) if name in values}
        if values:
            raise TypeError(f"not part of a profile: {', '.join(values)}")
        seen = any(fields.get(name, getattr(user, name)) != getattr(user, name) for name in _SEEN_BY_OTHERS)

        for name, value in fields.items():
            setattr(user, name, value)
        user.save(update_fields=list(fields))
        if handle != user.handle:
            change_handle(user, handle=handle)
        elif seen:
            account_changed.send(User, user=user)
    return user


def change_handle(user: User, *, handle: str) -> User:
    """Give the person another user name. Raises HandleTaken, for words kept for the instance as well."""
    folded = skeleton(handle)
    if is_reserved(handle) or User.objects.filter(handle_skeleton=folded).exclude(pk=user.pk).exists():
        raise HandleTaken
    before = user.handle, user.handle_skeleton
    user.handle, user.handle_skeleton = handle, folded
    try:
        with transaction.atomic():
            user.save(update_fields=["handle", "handle_skeleton"])
            account_changed.send(User, user=user)
    except IntegrityError as error:
        user.handle, user.handle_skeleton = before
        raise HandleTaken from error
    return user
