"""What concerns the instance as a whole."""

from django.db import transaction

from accounts.errors import NotAllowed
from accounts.models import Instance, User
from accounts.policy import may_administer
from accounts.signals import administered


def change_instance(actor: User | None, *, name: str, signup_mode: str, link_previews: bool) -> Instance:
    """Write the instance's name, who may sign up, and whether links get a card. Raises NotAllowed."""
    if actor and not may_administer(actor):
        raise NotAllowed
    with transaction.atomic():
        instance = Instance.objects.select_for_update().get()
        after = {"name": name, "signup_mode": signup_mode, "link_previews": link_previews}
        before = {field: getattr(instance, field) for field in after}
        for field, value in after.items():
            setattr(instance, field, value)
        instance.save(update_fields=list(after))
        if before != after:
            administered.send(
                User, actor=actor, act="instance_changed", person=None, before=before, after=after
            )
    return instance
