"""Settings → Invitations: make links, hand them on, revoke them."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts import actions
from accounts.errors import AccountError
from accounts.forms import InvitationForm
from accounts.invitations import invitation_url, qr_svg
from accounts.models import Instance
from accounts.policy import may_invite
from accounts.queries import invitations_seen_by
from accounts.views.person import person_of


@never_cache
@login_required
def listing(request: HttpRequest) -> HttpResponse:
    """The living links with address and code; POST makes another one."""
    user = person_of(request)
    if not may_invite(user):
        raise PermissionDenied
    form = InvitationForm(request.POST or None)
    if form.is_valid():
        try:
            actions.make_invitation(user, **form.cleaned_data)
        except AccountError as error:
            messages.error(request, str(error.detail))
        return redirect("accounts:invitations")
    rows = []
    for invitation in invitations_seen_by(user):
        link = invitation_url(request, invitation)
        left = invitation.max_uses - invitation.uses
        rows.append({"invitation": invitation, "left": left, "link": link, "qr_svg": qr_svg(link)})
    closed = Instance.objects.filter(signup_mode=Instance.SignupMode.CLOSED).exists()
    context = {"form": form, "rows": rows, "closed": closed, "section": "invitations"}
    return render(request, "accounts/settings/invitations.html", context)


@never_cache
@login_required
@require_POST
def revoke(request: HttpRequest, invitation_id: int) -> HttpResponse:
    user = person_of(request)
    invitation = get_object_or_404(invitations_seen_by(user), pk=invitation_id)
    try:
        actions.revoke_invitation(user, invitation)
    except AccountError as error:
        messages.error(request, str(error.detail))
    else:
        messages.success(request, _("The link no longer lets anybody in."))
    return redirect("accounts:invitations")
