"""What concerns the instance as a whole."""

from django.db import transaction

from accounts.errors import NotAllowed
from accounts.models import Instance, User
from accounts.policy import may_administer
from accounts.signals import administered


def change_instance(actor: User | None, *, name: str, signup_mode: str) -> Instance:
    """Write the instance's name and who may sign up. Raises NotAllowed."""
    if actor and not may_administer(actor):
        raise NotAllowed
    with transaction.atomic():
        instance = Instance.objects.select_for_update().get()
        before = {"name": instance.name, "signup_mode": instance.signup_mode}
        instance.name = name
        instance.signup_mode = signup_mode
        instance.save(update_fields=["name", "signup_mode"])
        after = {"name": name, "signup_mode": signup_mode}
        if before != after:
            administered.send(
                User, actor=actor, act="instance_changed", person=None, before=before, after=after
            )
    return instance
