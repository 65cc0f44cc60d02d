"""The page's style sheets, import map and entry module, named as the manifest of static files names them."""

import json
from functools import cache

from django import template
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.template.context import RequestContext
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from chat.assets import SCRIPT_BUNDLE, SCRIPT_ENTRY, STYLE_BUNDLE, imports_of, specifier_of, style_order

register = template.Library()

EARLY_LINK = '<link rel="modulepreload" nonce="{}" href="{}">'


def found_files(folder: str, ending: str) -> list[str]:
    """Paths of the static files under a folder, from their sources."""
    paths = {path for finder in get_finders() for path, _storage in finder.list([])}
    return sorted(path for path in paths if path.startswith(f"{folder}/") and path.endswith(ending))


def import_map() -> dict[str, str]:
    """Bare module names to addresses: `chat/models/outbox.js` is the file `static/js/models/outbox.js`."""
    return {
        specifier_of(path): staticfiles_storage.url(path)
        for path in found_files("js", ".js")
        if not path.endswith("service-worker.js")
    }


def is_joined(name: str) -> bool:
    """Whether pages name this joined file; while somebody develops they name its parts."""
    return name in getattr(staticfiles_storage, "hashed_files", {}) and not settings.DEBUG


def reachable(entry: str) -> list[str]:
    """The entry and every module that it imports, in the order in which they are met."""
    found, ahead = {entry: None}, [entry]
    sources = {path: finder for finder in get_finders() for path, finder in finder.list([])}
    while ahead:
        path = "js/" + ahead.pop(0).removeprefix("chat/")
        if path in sources:
            with sources[path].open(path) as file:
                new = [name for name in imports_of(file.read().decode()) if name not in found]
            found.update(dict.fromkeys(new))
            ahead.extend(new)
    return list(found)


def build_style_links() -> SafeString:
    names = [STYLE_BUNDLE] if is_joined(STYLE_BUNDLE) else sorted(found_files("css", ".css"), key=style_order)
    addresses = ((staticfiles_storage.url(name),) for name in names)
    return format_html_join("\n", '<link rel="stylesheet" href="{}">', addresses)


def build_modules() -> tuple[SafeString, list[str], str]:
    """The import map as JSON, the addresses to load early, and the entry's address ("" without modules).

    What is joined has one address: whatever is loaded later shares its modules.
    """
    addresses = import_map()
    always = [name for name in reachable(SCRIPT_ENTRY) if name in addresses]
    if is_joined(SCRIPT_BUNDLE):
        addresses |= dict.fromkeys(always, staticfiles_storage.url(SCRIPT_BUNDLE))
    entry = addresses.get(SCRIPT_ENTRY, "")
    early = list(dict.fromkeys(addresses[name] for name in always if addresses[name] != entry))
    # A "<" in the map could end the script element early.
    mapping = SafeString(json.dumps({"imports": addresses}).replace("<", "\\u003c"))
    return mapping, early, entry


kept_style_links = cache(build_style_links)
kept_modules = cache(build_modules)


@register.simple_tag
def style_links() -> SafeString:
    """One link to the joined style sheet; in development one link per file, in the order of the layers."""
    return build_style_links() if settings.DEBUG else kept_style_links()


@register.simple_tag(takes_context=True)
def modules(context: RequestContext) -> SafeString:
    """The import map, early loads and the entry module; nothing on pages without a request (the 500 page)."""
    request = context.get("request")
    mapping, early, entry = build_modules() if settings.DEBUG else kept_modules()
    if request is None or not entry:
        return SafeString()
    nonce = str(getattr(request, "csp_nonce", ""))
    return format_html(
        '<script type="importmap" nonce="{nonce}">{mapping}</script>\n{early}\n'
        '<script type="module" nonce="{nonce}" src="{entry}"></script>',
        nonce=nonce,
        mapping=mapping,
        early=format_html_join("\n", EARLY_LINK, ((nonce, address) for address in early)),
        entry=entry,
    )
