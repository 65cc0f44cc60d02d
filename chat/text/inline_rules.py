"""Inline rules in place of markdown-it's own: links without look-ahead, emphasis that knows Chinese.

markdown-it finds the end of a link's label by running every rule from each `[`; here a pattern whose
parts exclude what starts the next attempt does it, so that the whole is linear.
"""

import re

from markdown_it.common.utils import isMdAsciiPunct, isPunctChar, isWhiteSpace
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Delimiter

from chat.text.urls import LONGEST_URL, bare_url_at, href_for

# Neither part may hold what it starts with, except one level of brackets inside the address.
_LINK = re.compile(
    rf"\[([^\[\]\\]{{1,1000}})\]\([ ]?"
    rf"(?:<([^<>\n]{{1,{LONGEST_URL}}})>|([^\s<>()\[\]\\]*(?:\([^\s<>()\[\]\\]*\)[^\s<>()\[\]\\]*){{0,20}}))"
    r"(?:[ ]\"[^\"\n\[\]]{0,200}\")?[ ]?\)"
)
_ANGLE = re.compile(
    rf"<((?:https?://|mailto:)[^<>\s]{{1,{LONGEST_URL}}}|[\w.!#$%&'*+/=?^`{{|}}~-]{{1,64}}@[\w.-]{{1,255}})>",
    re.I,
)
_SCHEME_BEFORE = re.compile(r"(?<![A-Za-z0-9+.@-])(https?)$", re.IGNORECASE)
_SCHEME_REACH = 6


def link(state: StateInline, silent: bool) -> bool:
    """`[label](address)`; a title is read over."""
    if state.src[state.pos] != "[" or state.linkLevel:
        return False
    match = _LINK.match(state.src, state.pos, state.posMax)
    href = match and href_for(match[2] or match[3])
    if not match or not href:
        return False
    maximum = state.posMax
    state.pos, state.posMax = match.span(1)
    state.push("link_open", "a", 1).attrs = {"href": href}
    state.linkLevel += 1
    state.md.inline.tokenize(state)
    state.linkLevel -= 1
    state.push("link_close", "a", -1)
    state.pos, state.posMax = match.end(), maximum
    return True


def angle_link(state: StateInline, silent: bool) -> bool:
    """`<https://…>` and `<name@host>`."""
    if state.src[state.pos] != "<" or state.linkLevel:
        return False
    match = _ANGLE.match(state.src, state.pos, state.posMax)
    if not match:
        return False
    target = match[1]
    href = href_for(target if ":" in target else f"mailto:{target}")
    if not href:
        return False
    _push_link(state, href, target)
    state.pos = match.end()
    return True


def bare_link(state: StateInline, silent: bool) -> bool:
    """An address as it is pasted, tried at its `:`."""
    if not state.src.startswith("://", state.pos) or state.linkLevel:
        return False
    scheme = _SCHEME_BEFORE.search(state.src, max(state.pos - _SCHEME_REACH, 0), state.pos)
    url = bare_url_at(state.src, scheme.start(1)) if scheme else ""
    if not scheme or len(url) <= len(scheme[1]):
        return False
    href = href_for(url)
    if href:
        state.pending = state.pending[: len(state.pending) - len(scheme[1])]
        _push_link(state, href, url)
    else:
        # Taken as a whole, or each `://` inside it would parse the rest of it again.
        state.append_pending(url[len(scheme[1]) :])
    state.pos = scheme.start(1) + len(url)
    return True


def emphasis(state: StateInline, silent: bool) -> bool:
    """`*` and `_` as in CommonMark, except that a Chinese, Japanese or Korean character beside the
    marker does not need a space: `**注意：**请看` is bold, which CommonMark's own rule denies."""
    start, marker = state.pos, state.src[state.pos]
    if marker not in "*_":
        return False
    end = start
    while end < state.posMax and state.src[end] == marker:
        end += 1
    may_open, may_close = _flanks(state, start, end)
    for _ in range(end - start):
        state.push("text", "", 0).content = marker
        state.delimiters.append(
            Delimiter(
                marker=ord(marker),
                length=end - start,
                token=len(state.tokens) - 1,
                end=-1,
                open=may_open,
                close=may_close,
            )
        )
    state.pos = end
    return True


def _push_link(state: StateInline, href: str, shown: str) -> None:
    state.push("link_open", "a", 1).attrs = {"href": href}
    state.push("text", "", 0).content = shown
    state.push("link_close", "a", -1)


def _flanks(state: StateInline, start: int, end: int) -> tuple[bool, bool]:
    """Whether the run of markers may open and may close."""
    before = state.src[start - 1] if start else " "
    after = state.src[end] if end < state.posMax else " "
    space_before, space_after = isWhiteSpace(ord(before)), isWhiteSpace(ord(after))
    mark_before = isMdAsciiPunct(ord(before)) or isPunctChar(before)
    mark_after = isMdAsciiPunct(ord(after)) or isPunctChar(after)
    left = not space_after and (not mark_after or space_before or mark_before or _is_wide(before))
    right = not space_before and (not mark_before or space_after or mark_after or _is_wide(after))
    if state.src[start] == "*":
        return left, right
    return left and (not right or mark_before), right and (not left or mark_after)


def _is_wide(character: str) -> bool:
    """Kana, Han, Hangul and their full-width punctuation."""
    return (
        "\u1100" <= character <= "\u11ff"
        or "\u2e80" <= character <= "\ua4cf"
        or (
            "\uac00" <= character <= "\ud7ff"
            or "\uf900" <= character <= "\ufaff"
            or "\uff00" <= character <= "\uffef"
            or "\U00020000" <= character <= "\U0003ffff"
        )
    )
