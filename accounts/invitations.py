"""Invitations as people hand them on: a link and a code to scan."""

import segno
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from accounts.actions.invitations import make_invitation
from accounts.models import Invitation, User


def invitation_for_welcome(user: User) -> Invitation:
    """The person's newest invitation that still lets somebody in, made now if there is none.

    Raises NotAllowed for people who may not invite.
    """
    newest = Invitation.objects.live().filter(created_by=user).order_by("-created_at").first()
    return newest or make_invitation(user)


def invitation_url(request: HttpRequest, invitation: Invitation) -> str:
    """The complete address, on the host by which the request came (ALLOWED_HOSTS guards it)."""
    return request.build_absolute_uri(reverse("accounts:invitation", args=[invitation.token]))


def qr_svg(url: str) -> SafeString:
    """The address as one inline SVG without style or script; black on white in both themes."""
    # Level "m" mends 15 % of damage and keeps the squares of such an address above 3 px at 128 px.
    svg = segno.make(url, error="m", micro=False).svg_inline(
        border=2, dark="#000", light="#fff", omitsize=True, svgclass=None, lineclass=None
    )
    return mark_safe(svg)  # noqa: S308  (segno writes paths and numbers only, the address is not in it)
