"""While Redis is away: people chat on over two processes, and the page says calmly that news comes late."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from chat import constants
from tests.browser.house import House, Stagehand, expect, open_house, row, write
from tests.servers import running_site
from tests.services import Redis


@pytest.fixture
def redis() -> Iterator[Redis]:
    redis = Redis()
    try:
        redis.start()
        yield redis
    finally:
        redis.close()


@pytest.fixture
def lonely(redis: Redis, chromium: Browser) -> Iterator[House]:
    """A site whose Redis is the test's own."""
    with running_site(REDIS_URL=redis.url) as site:
        stage = Stagehand(site)
        try:
            with open_house(site, stage, chromium) as house:
                yield house
        finally:
            stage.close()


def test_the_page_says_that_news_comes_late_and_takes_it_back(lonely: House, redis: Redis) -> None:
    ana, bob = lonely.person(), lonely.person()
    room = lonely.room(ana, bob)
    page, chinese = lonely.enter(ana, room), lonely.enter(bob, room, locale="zh-CN")
    banner = page.locator("#banner")
    redis.end()
    expect(banner).to_have_text(
        "Messages may come a few seconds late.", timeout=constants.BANNER_AFTER_MS + 10_000
    )
    expect(chinese.locator("#banner")).to_have_text("消息可能会晚几秒到达。")
    expect(banner.get_by_role("button")).to_be_hidden()
    write(page, "said without Redis")
    expect(row(page, "said without Redis")).to_have_attribute("data-state", "sent")
    expect(row(chinese, "said without Redis")).to_be_visible()
    redis.start()
    expect(banner).to_be_hidden()
    expect(chinese.locator("#banner")).to_be_hidden()
