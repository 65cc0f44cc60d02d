"""Makes the README's pictures of a living demo: `.venv/bin/python -m tests.browser.showcase`."""

from __future__ import annotations

import os
import tempfile
from io import BytesIO

from PIL import Image
from playwright.sync_api import ViewportSize, sync_playwright

from tests.browser.conftest import ARGUMENTS, CHROMIUM
from tests.browser.house import House, Person, Stagehand, at_end, connected, open_house
from tests.servers import running_site
from tests.stores import ROOT

PICTURES = ROOT / "docs" / "pictures"
WIDE, PHONE = ViewportSize(width=1200, height=760), ViewportSize(width=375, height=760)
QUERY = """Found it. This asked for every row since spring:

```sql
SELECT station, max(level) FROM reading
WHERE taken_at > now() - interval '14 days'
GROUP BY station;
```"""
PAGE = """<meta property="og:title" content="When the power goes">
<meta property="og:description" content="What a gauge keeps, what it drops, and how to read the gap.">"""
GAP = 24  # pixels between the desk and the phone
COLOURS = 256


def main() -> None:
    """Writes `light.png` and `dark.png`: the desk, and a phone beside it."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="chat-shared-") as folder, sync_playwright() as playwright:
        os.environ["TEST_SHARED_FOLDER"] = folder
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        with running_site() as site, open_house(site, Stagehand(site), browser) as house:
            host = house.person("Nora Lowell")
            site.manage("populate", "--host", host.handle)
            room = talk(house, host)
            for theme in ("light", "dark"):
                desk, phone = (view(house, host, room, theme, size) for size in (WIDE, PHONE))
                side_by_side(desk, phone).save(PICTURES / f"{theme}.png", optimize=True)
            house.stage.close()
        browser.close()


def talk(house: House, host: Person) -> int:
    """Makes the room that is shown; returns its number."""
    ada, ben = house.person("Ada Marsh"), house.person("Ben Okafor")
    room = house.room(ada, ben, host, name="Tide gauges", topic="Seven stations, one clock")
    house.say(room, ada, "Morning! Is the page for Brest still slow?", minutes_ago=31)
    house.say(room, ben, "Four seconds, every time.", "Only that one station, though.", minutes_ago=30)
    house.say(room, ada, QUERY, minutes_ago=12)
    house.say(room, ben, "No index on `taken_at`?", minutes_ago=11)
    fast = house.say(room, ada, "There is one now: from **1.9 s to 12 ms**.", minutes_ago=9)[0]
    for person, emoji in ((ben, "🎉"), (host, "🎉"), (ben, "👀")):
        house.stage.react(room=room, user=person.id, message=fast["id"], emoji=emoji)
    link = house.say(room, ben, f"@{host.handle} worth a read: http://tides.example.org/power", read=True)[0]
    house.stage.preview(message=link["id"], page=PAGE)
    return room


def view(house: House, host: Person, room: int, theme: str, size: ViewportSize) -> Image.Image:
    page = house.context(host, color_scheme=theme, viewport=size).new_page()
    page.goto(f"/rooms/{room}/")
    connected(page)
    at_end(page)
    page.mouse.move(0, 0)
    return Image.open(BytesIO(page.screenshot()))


def side_by_side(desk: Image.Image, phone: Image.Image) -> Image.Image:
    """Transparent between the two, and of few colours: nothing drawn here has many, and the file stays small."""
    whole = Image.new("RGBA", (desk.width + GAP + phone.width, desk.height))
    whole.paste(desk, (0, 0))
    whole.paste(phone, (desk.width + GAP, 0))
    return whole.quantize(COLOURS, method=Image.Quantize.FASTOCTREE)


if __name__ == "__main__":
    main()
