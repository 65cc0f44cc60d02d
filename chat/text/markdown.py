"""The grammar: which of Markdown's rules hold in a message, and how they are written as HTML."""

import re
from collections.abc import Collection, Mapping, Sequence
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, blockquote
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from chat.text import inline_rules
from chat.text.code import Highlighter
from chat.text.mentions import Person, mentions_in
from chat.text.own_emoji import element, emoji_in
from chat.text.urls import bare_url_at, href_for

# Blocks deeper than this (lists count twice) and emphasis deeper than this are noise; the message
# is then shown as it was typed, since markdown-it would drop what lies below.
MAX_DEPTH = 20
# How often a line may be tried as the beginning of a quote, on average. Ordinary texts stay below 5,
# quotes twenty deep at 10; a quote that ends early makes markdown-it try all lines behind it again.
MAX_TRIES = 20
# Less than this costs nothing, whatever it is for.
FREE_TRIES = 1000

_WWW = re.compile(r"(?<![\w./@:-])www\.(?=[^\W_])", re.IGNORECASE)


class TooDeep(Exception):
    """Nested deeper than MAX_DEPTH, or so entangled that reading it takes more than MAX_TRIES."""


def render_markdown(
    source: str, *, people: Mapping[str, Person], emoji: Collection[str] = ()
) -> tuple[str, list[int]]:
    """HTML, not yet sanitised, and the ids of the people mentioned in order; raises TooDeep."""
    env: dict[str, Any] = {"people": people, "emoji": emoji, "mentions": [], "highlighter": Highlighter()}
    html: str = _MARKDOWN.render(source, env)
    return html, env["mentions"]


def _blockquote(state: StateBlock, first: int, end: int, silent: bool) -> bool:
    """markdown-it's own rule, counted: it is tried at every line by all that goes on to the next line."""
    state.env["tries"] = state.env.get("tries", 0) + 1
    if state.env["tries"] > FREE_TRIES + MAX_TRIES * state.lineMax:
        raise TooDeep
    return blockquote(state, first, end, silent)


def _refuse_depth(state: StateCore) -> None:
    """Block depth is final here; it is judged before the inline rules spend time on it."""
    if any(token.level >= MAX_DEPTH - 1 for token in state.tokens):
        raise TooDeep


def _resolve_text(state: StateCore) -> None:
    """Mentions, `www.` addresses and this chat's emoji, in text outside of code and links."""
    for block in state.tokens:
        if block.children:
            block.children = _resolved(block.children, env=state.env)


def _resolved(tokens: Sequence[Token], *, env: Mapping[str, Any]) -> list[Token]:
    resolved: list[Token] = []
    depth = links = 0
    for token in tokens:
        depth += token.nesting
        links += token.nesting if token.tag == "a" else 0
        if depth > MAX_DEPTH:
            raise TooDeep
        if token.type == "text" and not links and _may_hold(token.content, env["emoji"]):
            resolved += _split(token.content, env=env)
        else:
            resolved.append(token)
    return resolved


def _may_hold(text: str, emoji: Collection[str]) -> bool:
    return "@" in text or "." in text or (":" in text and bool(emoji))


def _split(text: str, *, env: Mapping[str, Any]) -> list[Token]:
    """A text token cut at its mentions, addresses and emoji."""
    pieces: list[Token] = []
    done = 0
    for start, end, found in _finds(text, people=env["people"], emoji=env["emoji"]):
        if start < done:
            continue
        pieces += [_text(text[done:start]), *found]
        env["mentions"].extend(token.meta["person"].id for token in found if token.type == "mention")
        done = end
    return [*pieces, _text(text[done:])]


def _finds(
    text: str, *, people: Mapping[str, Person], emoji: Collection[str]
) -> list[tuple[int, int, list[Token]]]:
    finds = [(start, end, [_mention(person)]) for start, end, person in mentions_in(text, people)]
    finds += [(start, end, [_emoji(name)]) for start, end, name in emoji_in(text, emoji)]
    covered = 0
    for match in _WWW.finditer(text):
        url = bare_url_at(text, match.start()) if match.start() >= covered else ""
        href = url and href_for(f"https://{url}")
        covered = max(covered, match.start() + len(url))
        if href:
            opening = Token("link_open", "a", 1, attrs={"href": href})
            finds.append((match.start(), covered, [opening, _text(url), Token("link_close", "a", -1)]))
    return sorted(finds, key=lambda find: find[0])


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)


def _mention(person: Person) -> Token:
    return Token("mention", "span", 0, meta={"person": person})


def _emoji(name: str) -> Token:
    return Token("emoji", "img", 0, meta={"name": name})


def _write_emoji(self: Any, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    return element(tokens[index].meta["name"])


def _write_mention(self: Any, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    person: Person = tokens[index].meta["person"]
    return f'<span class="mention" data-user="{person.id}">@{escape(person.handle)}</span>'


def _write_fence(self: Any, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    token = tokens[index]
    highlighter: Highlighter = env["highlighter"]
    return highlighter.block(token.content, (token.info.split() or [""])[0])


def _write_heading(self: Any, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    """A bold paragraph: headings of messages would break the page's own outline."""
    return "<p><strong>" if tokens[index].nesting > 0 else "</strong></p>\n"


def _grammar() -> MarkdownIt:
    markdown = MarkdownIt("zero", {"breaks": True, "html": False, "maxNesting": MAX_DEPTH})
    markdown.enable(["newline", "escape", "backticks", "strikethrough"])
    markdown.enable(["fence", "blockquote", "hr", "list", "heading"])
    markdown.block.ruler.at(
        "blockquote", _blockquote, {"alt": ["paragraph", "reference", "blockquote", "list"]}
    )
    ruler = markdown.inline.ruler
    for name, rule in {
        "bare_link": inline_rules.bare_link,
        "link": inline_rules.link,
        "angle_link": inline_rules.angle_link,
        "emphasis": inline_rules.emphasis,
    }.items():
        if name in ruler.get_all_rules():
            ruler.at(name, rule)
        else:
            ruler.push(name, rule)
    markdown.enable(["bare_link", "link", "angle_link", "emphasis"])
    markdown.core.ruler.after("block", "refuse_depth", _refuse_depth)
    markdown.core.ruler.before("text_join", "resolve_text", _resolve_text)
    for name, write in {
        "mention": _write_mention,
        "emoji": _write_emoji,
        "fence": _write_fence,
        "heading_open": _write_heading,
        "heading_close": _write_heading,
    }.items():
        markdown.add_render_rule(name, write)
    return markdown


_MARKDOWN = _grammar()
