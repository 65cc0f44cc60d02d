"""The browser's state machine and the one that the fault tests' readers run are the same."""

import random
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.house import Stagehand, open_house
from tests.browser.profiles import Profiles
from tests.faults.programs import CASES, Case, Step, expectations, play, random_case
from tests.servers import Site

RANDOM_CASES = 300

PLAY = """async cases => {
  const { Sequence } = await import('chat/models/sequence.js')
  const step = (line, { do: method, given }) => {
    const said = given === undefined ? line[method]() : line[method](given)
    const told = { cursor: line.cursor, syncing: line.syncing }
    if (said === undefined) return told
    if (typeof said === 'number') return { ...told, after: said }
    return { ...told, applied: said.apply.map(one => one.seq ?? one.id), hole: said.hole, reset: said.reset ?? false }
  }
  return cases.map(({ cursor, steps }) => {
    const line = new Sequence(cursor)
    return steps.map(each => step(line, each))
  })
}"""


@pytest.fixture(scope="module")
def page(site: Site, stage: Stagehand, chromium: Browser, profiles: Profiles) -> Iterator[Page]:
    with open_house(site, stage, chromium, profiles) as house:
        ana = house.person()
        yield house.enter(ana, house.room(ana))


def play_in(page: Page, cases: list[Case]) -> list[list[Step]]:
    said: list[list[Step]] = page.evaluate(PLAY, cases)
    return said


def test_a_sequence_does_as_its_vectors_say(page: Page) -> None:
    for case, said in zip(CASES, play_in(page, CASES), strict=True):
        for told, expected in zip(said, expectations(case), strict=True):
            assert {name: told[name] for name in expected} == expected, case["name"]


def test_a_sequence_does_as_its_port(page: Page) -> None:
    chance = random.Random(20261123)
    cases = [random_case(chance) for _ in range(RANDOM_CASES)]
    for case, said in zip(cases, play_in(page, cases), strict=True):
        assert said == play(case), case
