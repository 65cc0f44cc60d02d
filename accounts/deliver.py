"""Mail leaves as a queued task: a mail server that hangs holds no page up."""

from django.core.mail import EmailMessage
from django_tasks import task

# Seconds; the worker has other things to do.
MAIL_TIMEOUT = 20


def mail_later(*, subject: str, body: str, to: str) -> None:
    """Queue one plain text mail; it leaves after the surrounding transaction, if any, has committed."""
    send_mail.enqueue(subject=subject, body=body, to=to)


@task()
def send_mail(subject: str, body: str, to: str) -> None:
    """Hand one mail to the configured server. Raises what the server's refusal raises."""
    EmailMessage(subject=subject, body=body, to=[to]).send()
