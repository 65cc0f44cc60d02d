"""Browser profiles for one test after the other: emptying one costs a third of the time that a new one takes."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import BrowserContext, Page

# Anything of the same origin; while it stays open, so does the process that has the scripts compiled.
RESTING_PLACE = "/up"
# What a profile keeps for good.
FOR_GOOD = ("add_init_script", "expose_binding", "expose_function")
HAS_OTHER_CLOCK = "() => '__pwClock' in globalThis"
EMPTY = """async () => {
  localStorage.clear()
  for (const name of await globalThis.caches?.keys() ?? []) await caches.delete(name)
  for (const { name } of await indexedDB.databases()) {
    await new Promise((done) => {
      const asked = indexedDB.deleteDatabase(name)
      asked.onsuccess = asked.onerror = asked.onblocked = done
    })
  }
}"""


class Profiles:
    """Lends profiles that `make` makes. One that cannot be emptied is closed when it comes back."""

    def __init__(self, make: Callable[[], BrowserContext]) -> None:
        self._make = make
        self._free: list[BrowserContext] = []
        self._resting: dict[BrowserContext, Page] = {}
        self._spoiled: set[BrowserContext] = set()

    def take(self) -> BrowserContext:
        """One without cookies, storage, permissions and routes."""
        if self._free:
            return self._free.pop()
        context = self._make()
        for name in FOR_GOOD:
            self._note_use(context, name)
        page = self._resting[context] = context.new_page()
        page.goto(RESTING_PLACE)
        return context

    def _note_use(self, context: BrowserContext, name: str) -> None:
        method = getattr(context, name)

        def noted(*given: Any, **options: Any) -> Any:
            self._spoiled.add(context)
            return method(*given, **options)

        setattr(context, name, noted)

    def give_back(self, context: BrowserContext) -> None:
        """Closes its pages and empties it for the next test."""
        resting = self._resting[context]
        for page in context.pages:
            if page is not resting:
                page.close()
        if context in self._spoiled or resting.is_closed() or resting.evaluate(HAS_OTHER_CLOCK):
            del self._resting[context]
            context.close()
            return
        context.unroute_all()
        context.set_offline(False)
        context.clear_permissions()
        context.clear_cookies()
        resting.evaluate(EMPTY)
        self._free.append(context)

    def close(self) -> None:
        for context in self._free:
            context.close()
        self._free.clear()
