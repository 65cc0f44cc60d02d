"""Static files as browsers get them: hashed names, compressed, and all style sheets in one file."""

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from django.core.files.base import ContentFile
from servestatic.storage import CompressedManifestStaticFilesStorage

STYLE_BUNDLE = "css/ledger.css"
STYLE_ORDER = ("_layers.css", "tokens.css", "reset.css", "base.css", "layout.css")


def style_order(name: str) -> tuple[int, str]:
    """Sorts a style sheet's path: the layers' order first, then the foundation, then components by name."""
    file = PurePosixPath(name).name
    return (STYLE_ORDER.index(file) if file in STYLE_ORDER else len(STYLE_ORDER), file)


class AssetStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # servestatic has no types
    """Hashes and compresses at collectstatic, and joins `css/*.css` into one file; scripts stay as written.

    Before the first collectstatic there is no manifest: names are then left alone, so that tests and
    `manage.py` commands need none.
    """

    def post_process(self, *args: Any, **options: Any) -> Iterator[tuple[str, str | None, bool | Exception]]:
        paths: dict[str, Any] = args[0]
        if not options.get("dry_run"):
            parts = sorted(
                (path for path in paths if path.startswith("css/") and path != STYLE_BUNDLE), key=style_order
            )
            self.delete(STYLE_BUNDLE)
            self._save(STYLE_BUNDLE, ContentFile(b"".join(self._content(paths[path]) for path in parts)))
            paths[STYLE_BUNDLE] = (self, STYLE_BUNDLE)
        yield from super().post_process(*args, **options)

    @staticmethod
    def _content(found: tuple[Any, str]) -> bytes:
        storage, name = found
        with storage.open(name) as file:
            content: bytes = file.read()
        return content

    def stored_name(self, name: str) -> str:
        return super().stored_name(name) if self.hashed_files else name
