"""What browsers ask for without saying who they are."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.utils.translation import get_language
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_GET

from accounts.models import Instance
from chat.text.emojis import emoji_table

SIZES = (192, 512)
PAPER = "#fbfaf7"


@require_GET
def manifest(request: HttpRequest) -> HttpResponse:
    """The web app manifest, in the reader's language."""
    instance = Instance.current()
    name = instance.name if instance else "Chat"
    icons = [
        {
            "src": static(f"icons/app-{size}.png"),
            "sizes": f"{size}x{size}",
            "type": "image/png",
            "purpose": "any",
        }
        for size in SIZES
    ]
    icons.append(
        {
            "src": static("icons/app-maskable.png"),
            "sizes": "512x512",
            "type": "image/png",
            "purpose": "maskable",
        }
    )
    facts = {
        "id": "/",
        "name": name,
        "short_name": name[:24],
        "lang": get_language() or "en",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": PAPER,
        "theme_color": PAPER,
        "icons": icons,
    }
    return JsonResponse(facts, content_type="application/manifest+json")


@never_cache
@require_GET
def service_worker(request: HttpRequest) -> HttpResponse:
    """From the root, since a worker rules only what lies below its own address."""
    path = finders.find("js/service-worker.js")
    assert isinstance(path, str)  # told to the type checker: one path, since `all` is not asked for
    return HttpResponse(Path(path).read_text(encoding="utf-8"), content_type="text/javascript; charset=utf-8")


@require_GET
@cache_control(max_age=86_400, public=True)
def emoji(request: HttpRequest, language: str) -> HttpResponse:
    """The emoji of the picker: itself, shortcode, words to find it by, whether it takes a skin tone."""
    if not any(language == code for code, _name in settings.LANGUAGES):
        raise Http404
    return JsonResponse({"emoji": emoji_table(language)}, json_dumps_params={"ensure_ascii": False})


@require_GET
def offline(request: HttpRequest) -> HttpResponse:
    """Kept by the service worker, for pages that it has not kept."""
    return render(request, "offline.html")
