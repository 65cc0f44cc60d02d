"""Which addresses become links."""

import re
from urllib.parse import urlsplit

from markdown_it.common.normalize_url import normalizeLink

SCHEMES = frozenset({"http", "https", "mailto"})
# Longer than any address that people pass on, shorter than what would bloat a message.
LONGEST_URL = 2048

# An address ends at white space, at quotes and brackets of markup, and at full-width
# punctuation: Chinese and Japanese put no space behind it.
_URL_CHARACTERS = (
    r"[^\s<>\"`{}|\\^\u2018-\u201d\u2026\u3000-\u3011\uff01\uff08\uff09\uff0c\uff1a\uff1b\uff1f]"
)
_BARE = re.compile(rf"(?:https?://|www\.)(?=[^\W_]){_URL_CHARACTERS}{{1,{LONGEST_URL}}}", re.IGNORECASE)
_DOMAIN = re.compile(r"(?:[^\W_](?:[\w-]{0,62})\.){1,8}[^\W\d_]{2,}(?=[/?#:]|$)")
_TRAILING = ".,;:!?'*_~"


def bare_url_at(text: str, start: int) -> str:
    """The address that starts here without brackets around it, or an empty string."""
    match = _BARE.match(text, start)
    return _without_trailing(match[0]) if match else ""


def href_for(target: str) -> str | None:
    """The normalised, percent-encoded address of a link, or None when it must not be one."""
    if len(target) > LONGEST_URL:
        return None
    if _DOMAIN.match(target):
        target = f"https://{target}"
    try:
        href = normalizeLink(target)
        parts = urlsplit(href)
    except ValueError:
        return None
    if parts.scheme == "mailto":
        return href
    # No name or password in front of the host: https://bank.example@evil.example reads as the bank's.
    return href if parts.scheme in SCHEMES and parts.netloc and "@" not in parts.netloc else None


def _without_trailing(url: str) -> str:
    """Without the punctuation of the sentence around it; a closing bracket stays if it was opened inside."""
    spare = {")": url.count(")") - url.count("("), "]": url.count("]") - url.count("[")}
    end = len(url)
    while end:
        last = url[end - 1]
        if spare.get(last, 0) > 0:
            spare[last] -= 1
        elif last not in _TRAILING:
            break
        end -= 1
    return url[:end]
