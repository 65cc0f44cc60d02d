from django.apps import AppConfig


class ChatsiteConfig(AppConfig):
    """Registers the system checks and the commands that operate the site."""

    name = "chatsite"

    def ready(self) -> None:
        from chatsite import checks  # noqa: F401
