"""Everybody is cut at once: all come back through a narrow door, with their gaps filled, and nobody else notices.

`python -m tests.live.storm` measures it in full.
"""

from __future__ import annotations

import asyncio

from tests.live.storm import TABS_PER_PERSON, people_for, storm
from tests.live.town import settle
from tests.servers import running_site

CLIENTS = 3 * TABS_PER_PERSON
# One is opened at a time and one waits; the others are sent away with an appointment.
NARROW = {"CHAT_OPENING_AT_ONCE": "1", "CHAT_OPENING_QUEUE": "1", "CHAT_RETURNS_PER_SECOND": "100"}


async def test_who_was_cut_comes_back_through_a_narrow_door_with_every_gap_filled() -> None:
    with running_site(given=NARROW, LIMITS="off") as site:
        town = await asyncio.to_thread(settle, site, *people_for(CLIENTS))
        seen = await storm(town, CLIENTS)
        assert set(seen.codes) <= {4029}
        assert seen.incomplete == 0
        assert not seen.is_bystander_cut
        assert "Traceback" not in site.log()
