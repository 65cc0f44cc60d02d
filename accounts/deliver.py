"""Mail leaves as a queued task: a mail server that hangs holds no page up."""

from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import translation
from django_tasks import task

from accounts.actions import make_reset_link
from accounts.errors import NotAllowed
from accounts.models import Instance, User


def reset_mail_later(*, email: str, origin: str) -> None:
    """Queue the mail with a one-time link to `origin` (scheme and host), if somebody has this address.

    Whether somebody has is looked up by the task, so that the page takes equally long for all addresses.
    """
    send_reset_mail.enqueue(email=email, origin=origin, language=translation.get_language() or "")


@task()
def send_reset_mail(email: str, origin: str, language: str) -> None:
    """Write to the person with this address, in their language. Raises what the mail server's refusal raises."""
    person = User.objects.filter(email=email).first()
    instance = Instance.current()
    if person is None or instance is None:
        return
    try:
        link = origin + make_reset_link(None, person)
    except NotAllowed:
        return
    with translation.override(person.language or language or None):
        context = {"person": person, "instance": instance, "link": link}
        subject = render_to_string("accounts/email/reset_subject.txt", context).strip()
        body = render_to_string("accounts/email/reset_message.txt", context)
    EmailMessage(subject=subject, body=body, to=[email]).send()
