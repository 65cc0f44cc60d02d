"""Which version of the client this server brings, so that an old page can say that there is a newer one."""

from django.contrib.staticfiles.storage import staticfiles_storage


def build() -> str:
    """The hash of all static files; "" where they are served unhashed."""
    return str(getattr(staticfiles_storage, "manifest_hash", "") or "")
