"""Reads a decorated row as its reader gets it, in the terms of tests/vectors/decorator.json."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

VOID = {"br", "hr", "use", "img", "input"}


@dataclass
class Element:
    """An element with its children in order; text nodes are strings."""

    tag: str
    attributes: dict[str, str | None] = field(default_factory=dict)
    children: list["Element | str"] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(child if isinstance(child, str) else child.text for child in self.children)

    def all(self, *, tag: str = "", name: str = "", **attributes: str) -> "list[Element]":
        """Descendants by tag, class and attributes (`data_kind="day"`)."""
        wanted = {key.replace("_", "-"): value for key, value in attributes.items()}
        found = []
        for child in self.children:
            if isinstance(child, str):
                continue
            classes = (child.attributes.get("class") or "").split()
            fits = (not tag or child.tag == tag) and (not name or name in classes)
            if fits and all(child.attributes.get(key) == value for key, value in wanted.items()):
                found.append(child)
            found += child.all(tag=tag, name=name, **attributes)
        return found

    def first(self, **wanted: str) -> "Element | None":
        return next(iter(self.all(**wanted)), None)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = Element("root")
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, dict(attrs))
        self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open[-1].children.append(Element(tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open[-1].tag == tag, f"</{tag}> closes <{self.open[-1].tag}>"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def parse(html: str) -> Element:
    """The tree of well-nested HTML; raises AssertionError for an end tag that closes nothing."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    assert len(reader.open) == 1, f"<{reader.open[-1].tag}> stays open"
    return reader.root


def seen(html: str) -> dict[str, Any]:
    """Everything that a case may expect of one row."""
    entry = parse(html)
    article = entry.first(tag="article")
    assert article is not None
    marks = article.attributes
    body, time = article.first(name="message__body"), article.first(tag="time")
    assert body is not None
    assert time is not None
    edited, tag = article.first(data_word="edited"), article.first(name="tag")
    return {
        "own": "data-own" in marks,
        "mentioned": "data-mentioned" in marks,
        "cont": "data-cont" in marks,
        "day": _divider(entry, "day"),
        "new": (_divider(entry, "new") or [None])[0],
        "time": time.text,
        "label": marks["aria-label"],
        "edited": edited and [edited.text, edited.attributes["title"]],
        "quote": _quote(article),
        "reactions": [_chip(chip) for chip in article.all(name="reaction")],
        "line": body.text,
        "tag": tag and tag.text,
        "me": sum("data-me" in one.attributes for one in article.all(name="mention")),
    }


def _divider(entry: Element, kind: str) -> list[str | None] | None:
    divider = entry.first(name="divider", data_kind=kind)
    return [divider.text, divider.attributes["aria-label"]] if divider else None


def _quote(article: Element) -> list[str | None] | None:
    reply = article.first(name="reply")
    if reply is None:
        return None
    name, text = reply.first(tag="bdi"), reply.first(name="truncate")
    return [name.text if name else None, text.text if text else None]


def _chip(chip: Element) -> list[Any]:
    count = chip.first(tag="span")
    pressed = chip.attributes["aria-pressed"] == "true"
    return [
        chip.attributes["data-emoji"],
        int(count.text if count else 0),
        pressed,
        chip.attributes["aria-label"],
    ]
