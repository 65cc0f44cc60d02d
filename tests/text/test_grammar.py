"""What the Markdown of messages means."""

import pytest

from chat.text import Person, excerpt, render

REL = 'rel="nofollow noopener noreferrer ugc"'
PEOPLE = {"ana": Person(1, "ana", "Ana"), "bob.x": Person(2, "bob.x", "Bob")}


def html(source: str) -> str:
    return render(source, people=PEOPLE).html


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("hello world", "<p>hello world</p>\n"),
        ("one\ntwo", "<p>one<br>\ntwo</p>\n"),
        ("one\n\n\ntwo", "<p>one</p>\n<p>two</p>\n"),
        ("**b** *i* ~~s~~ `c`", "<p><strong>b</strong> <em>i</em> <s>s</s> <code>c</code></p>\n"),
        ("# A title", "<p><strong>A title</strong></p>\n"),
        ("> said", "<blockquote>\n<p>said</p>\n</blockquote>\n"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"),
        ("3. a\n4. b", '<ol start="3">\n<li>a</li>\n<li>b</li>\n</ol>\n'),
        (r"\*plain\*", "<p>*plain*</p>\n"),
        ("    not code", "<p>not code</p>\n"),
        ("a < b && c", "<p>a &lt; b &amp;&amp; c</p>\n"),
        ("&amp; stays as typed", "<p>&amp;amp; stays as typed</p>\n"),
        ("snake_case_name", "<p>snake_case_name</p>\n"),
        ("**注意：**请看", "<p><strong>注意：</strong>请看</p>\n"),
        ("これは**「重要」**です", "<p>これは<strong>「重要」</strong>です</p>\n"),
        ("", ""),
    ],
)
def test_markup_becomes_html(source: str, expected: str) -> None:
    assert html(source) == expected


@pytest.mark.parametrize(
    ("source", "href", "shown"),
    [
        ("[docs](https://example.com/a)", "https://example.com/a", "docs"),
        ("[docs](example.com/a)", "https://example.com/a", "docs"),
        ('[docs](https://example.com "a title")', "https://example.com", "docs"),
        ("[w](https://x.org/c_(d))", "https://x.org/c_(d)", "w"),
        ("<https://example.com>", "https://example.com", "https://example.com"),
        ("<me@example.com>", "mailto:me@example.com", "me@example.com"),
        ("see https://example.com/a_b_c.", "https://example.com/a_b_c", "https://example.com/a_b_c"),
        ("(https://example.com/x)", "https://example.com/x", "https://example.com/x"),
        ("看https://example.com/x。好", "https://example.com/x", "https://example.com/x"),
        ("www.example.com, then", "https://www.example.com", "www.example.com"),
        ("![cat](https://x.org/c.png)", "https://x.org/c.png", "cat"),
    ],
)
def test_addresses_become_links(source: str, href: str, shown: str) -> None:
    assert f'<a href="{href}" {REL}>{shown}</a>' in html(source)


@pytest.mark.parametrize(
    "source",
    [
        "[x](javascript:alert(1))",
        "[x](/rooms/1/leave/)",
        "[x](//evil.example)",
        "[x]()",
        "[x](ftp://a.example)",
        "https://bank.example@evil.example",
        "xhttp://example.com",
        "`https://example.com`",
        "http://a[",
    ],
)
def test_other_addresses_stay_text(source: str) -> None:
    assert "<a" not in html(source)


def test_headings_and_pictures_do_not_exist() -> None:
    shown = html("# one\n\n###### six\n\n![x](https://x.org/y.png)\n\nSetext\n===")
    assert "<h" not in shown
    assert "<img" not in shown


def test_code_keeps_everything_and_is_reachable_by_keyboard() -> None:
    assert html("```\n<b> *x* @ana\n```") == '<pre tabindex="0"><code>&lt;b&gt; *x* @ana</code></pre>\n'


def test_known_languages_are_coloured_and_unknown_ones_are_not() -> None:
    assert '<code class="language-python"><span class="k">def </span><span class="nf">f</span>' in html(
        "```py\ndef f(): ...\n```"
    )
    assert html("```klingon\nq\n```") == '<pre tabindex="0"><code>q</code></pre>\n'


def test_long_code_stays_plain() -> None:
    assert "<span" not in html("```python\n" + "def f(): ...\n" * 400 + "```")


def test_what_is_nested_too_deep_is_shown_as_typed() -> None:
    shown = html(">" * 30 + " deep")
    assert shown == f"<p>{'&gt;' * 30} deep</p>\n"
    assert html("*a " * 30 + "a* " * 30) == f"<p>{('*a ' * 30 + 'a* ' * 30).strip()}</p>\n"


def test_a_text_over_the_limit_is_not_parsed() -> None:
    assert html("*a*" + "x" * 10_000).startswith("<p>*a*x")


def test_plain_is_what_a_reader_reads() -> None:
    rendered = render("**Hi** <you>\n\n- [a](https://x.org)\n- @ana", people=PEOPLE)
    assert rendered.plain == "Hi <you>\na\n@ana"


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("<p>a <strong>b</strong></p>\n<p>c &lt;d</p>\n", 120, "a b c <d"),
        ("two  words\nhere", 120, "two words here"),
        ("several words to cut somewhere", 20, "several words to…"),
        ("这是一句没有空格的很长的话", 6, "这是一句没…"),
        ("aaaa👩‍👩‍👧‍👦", 8, "aaaa…"),
        ("exactly", 7, "exactly"),
        ("a <b", 120, "a <b"),
    ],
)
def test_excerpts_are_one_line_and_cut_between_words(text: str, limit: int, expected: str) -> None:
    assert excerpt(text, limit) == expected
