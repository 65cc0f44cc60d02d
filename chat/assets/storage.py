"""What collectstatic makes of the sources."""

from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from typing import Any

from django.core.files.base import ContentFile
from servestatic.storage import CompressedManifestStaticFilesStorage

from chat.assets.joiner import CannotJoin, join, specifier_of

STYLE_BUNDLE = "css/ledger.css"
STYLE_ORDER = ("_layers.css", "tokens.css", "reset.css", "base.css", "layout.css")
SCRIPT_BUNDLE = "js/ledger.js"
SCRIPT_ENTRY = "chat/app.js"

Paths = dict[str, Any]  # path to (the storage that has it, its path there)


def style_order(name: str) -> tuple[int, str]:
    """Sorts a style sheet's path: the layers' order first, then the foundation, then components by name."""
    file = PurePosixPath(name).name
    return (STYLE_ORDER.index(file) if file in STYLE_ORDER else len(STYLE_ORDER), file)


class AssetStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # servestatic has no types
    """Hashes and compresses at collectstatic; joins `css/*.css`, and the modules that every page imports.

    The sources stay beside what was joined: modules loaded by `import()`, and what source maps name. Before the
    first collectstatic there is no manifest: names are then left alone, so that tests and `manage.py` commands
    need none.
    """

    def post_process(self, *args: Any, **options: Any) -> Iterator[tuple[str, str | None, bool | Exception]]:
        paths: Paths = args[0]
        if not options.get("dry_run"):
            try:
                for name, content in (*joined_styles(paths), *joined_scripts(paths)):
                    self.delete(name)
                    self._save(name, ContentFile(content))
                    paths[name] = (self, name)
            except CannotJoin as error:
                yield SCRIPT_BUNDLE, None, error
                return
        yield from super().post_process(*args, **options)

    def stored_name(self, name: str) -> str:
        return super().stored_name(name) if self.hashed_files else name


def joined_styles(paths: Paths) -> Iterator[tuple[str, bytes]]:
    parts = sorted(select(paths, "css/", ".css"), key=style_order)
    yield STYLE_BUNDLE, b"".join(content_of(paths[path]) for path in parts)


def joined_scripts(paths: Paths) -> Iterator[tuple[str, bytes]]:
    """The joined module and its map; nothing where the entry is not among the files. Raises CannotJoin."""
    sources = {specifier_of(path): content_of(paths[path]).decode() for path in select(paths, "js/", ".js")}
    if SCRIPT_ENTRY in sources:
        code, source_map = join(sources, entry=SCRIPT_ENTRY, file=SCRIPT_BUNDLE)
        yield SCRIPT_BUNDLE, code.encode()
        yield f"{SCRIPT_BUNDLE}.map", source_map.encode()


def select(paths: Iterable[str], folder: str, ending: str) -> list[str]:
    return [path for path in paths if path.startswith(folder) and path.endswith(ending)]


def content_of(found: tuple[Any, str]) -> bytes:
    storage, name = found
    with storage.open(name) as file:
        content: bytes = file.read()
    return content
