"""What the settings pages list."""

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import Invitation, User
from accounts.policy import may_administer

# One page of people; the search narrows the rest.
PEOPLE_SHOWN = 100


def people_found(query: str) -> QuerySet[User]:
    """Up to PEOPLE_SHOWN persons and bots whose name, user name or mail address holds the words, by name."""
    people = User.objects.exclude(kind=User.Kind.SYSTEM)
    for word in query.split()[:5]:
        people = people.filter(
            Q(display_name__icontains=word) | Q(handle__icontains=word) | Q(email__icontains=word)
        )
    return people.order_by("display_name", "pk")[:PEOPLE_SHOWN]


def invitations_seen_by(person: User) -> QuerySet[Invitation]:
    """The live invitations: all for administrators, their own for others. Newest first."""
    live = Invitation.objects.live().select_related("created_by").order_by("-created_at")
    return live if may_administer(person) else live.filter(created_by=person)


def is_live(invitation: Invitation) -> bool:
    """Whether it lets somebody in at this moment; only the counting at joining decides."""
    return (
        invitation.revoked_at is None
        and invitation.expires_at > timezone.now()
        and invitation.uses < invitation.max_uses
    )
