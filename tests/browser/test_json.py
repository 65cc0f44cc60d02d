"""Whatever is accepted and stored arrives in a browser as what was written: character by character."""

from __future__ import annotations

import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser

from chat.socket.protocol import parse
from chat.wire.encoding import encode

# What JSON, JavaScript, HTML or UTF-16 treat apart.
AWKWARD = [
    "\u2028\u2029", "</script><!--", "\ufeff", "\ufffe\uffff", "\x01\x1f\x7f\x80\x9f", "\\u0041\\", '"', "__proto__",
    "\U0001f469\u200d\U0001f680", "\U0010ffff", "e\u0301", "\u202e\u2066", "\r\n\t\x0b\x0c", "1e999", "\xa0",
]  # fmt: skip


def accepted_texts() -> list[str]:
    """Texts that the socket's door lets in, as hypothesis makes them."""
    found: list[str] = []

    @settings(max_examples=300, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=60))
    def collect(text: str) -> None:
        frame = json.dumps({"type": "message.send", "text": text})
        found.append(parse(frame, None).payload["text"])

    collect()
    return [*AWKWARD, *found]


def test_every_accepted_text_survives_the_way_to_a_browser(chromium: Browser) -> None:
    texts = accepted_texts()
    frames = [encode({"type": "message.created", "text": text, text: 1}) for text in texts]
    # As code points: the way back to this test must not mend what the way there broke.
    page = chromium.new_page()
    points = page.evaluate(
        "frames => frames.map(frame => { const { text, ...rest } = JSON.parse(frame);"
        " return [[...text].map(sign => sign.codePointAt(0)), Object.keys(rest).length] })",
        frames,
    )
    page.close()
    assert [codes for codes, _count in points] == [[ord(sign) for sign in text] for text in texts]
    plain = [text not in {"type", "text"} for text in texts]
    assert all(count == 2 for (_codes, count), is_plain in zip(points, plain, strict=True) if is_plain)
