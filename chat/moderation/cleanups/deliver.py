"""The task of a clean-up."""

from __future__ import annotations

from django_tasks import task


@task()
def run_clean_up(clean_up_id: int) -> None:
    """Removes, or brings back, until nothing is left to do. May be run again after it was cut off."""
    from chat.moderation.cleanups.actions import carry_on

    while carry_on(clean_up_id):
        pass
