"""A way back in for someone who lost the password, from the machine itself."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.actions import make_reset_link
from accounts.errors import AccountError
from accounts.models import User


class Command(BaseCommand):
    help = "Print a link with which one person sets a new password, once, within a day."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("person", metavar="HANDLE_OR_EMAIL")

    def handle(self, *args: Any, **options: Any) -> None:
        wanted = options["person"].strip().lower()
        by = {"email": wanted} if "@" in wanted.lstrip("@") else {"handle": wanted.lstrip("@")}
        person = User.objects.filter(**by).first()
        if person is None:
            raise CommandError(f"There is no account with the user name or e-mail address {wanted}.")
        try:
            path = make_reset_link(None, person)
        except AccountError as error:
            raise CommandError(f"{wanted} is a bot or deactivated: there is no password to set.") from error
        self.stdout.write(settings.PUBLIC_ORIGINS[0] + path)
