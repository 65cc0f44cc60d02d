"""docs/architecture.md as a test: who may import whom, who announces, what a door leaves to others."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("accounts", "chat", "chatsite")
DOORS = 8

# The longest prefix decides. Imports go downwards, or stay within one package, or join two doors.
LAYERS = {
    "accounts": 0,
    "chat.assets": 0,
    "chat.build": 0,
    "chat.constants": 0,
    "chat.converters": 0,
    "chat.errors": 0,
    "chat.i18n": 0,
    "chat.text": 0,
    "chat.models": 1,
    "chat.migrations": 2,
    "chat.access": 2,
    "chat.limits": 2,
    "chat.wire": 2,
    "chat.wire.encoding": 0,
    "chat.audit": 2,
    "chat.installation": 3,
    "chat.people": 3,
    "chat.presence": 3,
    "chat.reading": 3,
    "chat.uploads": 3,
    "chat.previews": 4,
    "chat.messages": 5,
    "chat.rooms": 6,
    "chat.moderation": 7,
    "chat.search": 7,
    "chat.moderation.urls": DOORS,
    "chat.moderation.middleware": DOORS,
    "chat.admin": DOORS,
    "chat.apps": DOORS,
    "chat.border": DOORS,
    "chat.catalogue": DOORS,
    "chat.context": DOORS,
    "chat.demo": DOORS,
    "chat.doors": DOORS,
    "chat.management": DOORS,
    "chat.socket": DOORS,
    "chat.templatetags": DOORS,
    "chat.urls": DOORS,
    "chatsite": 9,
}
# Role files of a capability, from what knows least to what knows most.
ROLES = {"rules": 0, "policy": 0, "queries": 1, "rendering": 2, "actions": 3, "views": 5, "commands": 5}
ON_COMMIT = {"announce_on_commit", "publish_on_commit", "tell_hubs_on_commit"}
MAY_PUBLISH_NOW = {"chat.presence.commands", "chat.socket.presence", "chat.moderation.reports.commands"}


@dataclass(frozen=True)
class Module:
    name: str
    tree: ast.Module

    @property
    def role(self) -> str:
        return self.name.rpartition(".")[2]

    @property
    def package(self) -> str:
        """The capability: `chat.messages` for `chat.messages.actions`, `accounts` for all of accounts."""
        parts = self.name.split(".")
        return ".".join(parts[:2]) if parts[0] == "chat" else parts[0]

    @property
    def is_door(self) -> bool:
        return self.role in ("views", "commands") and not self.name.endswith("socket.commands")


@cache
def modules() -> dict[str, Module]:
    found = {}
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
            found[name] = Module(name, ast.parse(path.read_text(encoding="utf-8")))
    return found


def imports(module: Module, *, at_once: bool = False) -> Iterator[tuple[str, str]]:
    """(module of ours, name taken from it). `at_once`: only what runs when the module is imported."""
    nodes = module.tree.body if at_once else ast.walk(module.tree)
    for node in nodes:
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.split(".")[0] in PACKAGES:
                    yield alias.name, ""
        elif isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] in PACKAGES:
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield (inner, "") if inner in modules() else (node.module, alias.name)


def layer(name: str) -> int:
    if name.rpartition(".")[2] in ("views", "commands"):
        return DOORS
    known = [prefix for prefix in LAYERS if name == prefix or name.startswith(f"{prefix}.")]
    assert known or name == "chat", f"{name} has no layer: give it one here and in docs/architecture.md"
    return LAYERS[max(known, key=len)] if known else 0


def may_import(module: Module, target: str) -> bool:
    mine, theirs = layer(module.name), layer(target)
    same = modules()[target].package == module.package if target in modules() else False
    if same:
        above = ROLES.get(module.role, ROLES.get(target.rpartition(".")[2], 0))
        return ROLES.get(target.rpartition(".")[2], 0) <= above
    return theirs < mine or mine == theirs == DOORS


@pytest.mark.parametrize("name", modules())
def test_imports_go_downwards(name: str) -> None:
    module = modules()[name]
    wrong = {target for target, _taken in imports(module) if not may_import(module, target)}
    assert not wrong, f"{name} (layer {layer(name)}) imports {wrong}"


def test_no_circle_of_imports() -> None:
    graph = {
        name: {target for target, _taken in imports(module, at_once=True) if target != name}
        for name, module in modules().items()
    }
    TopologicalSorter(graph).prepare()


def test_accounts_knows_nothing_of_the_chat_and_nobody_of_the_composition_root() -> None:
    for name, module in modules().items():
        tops = {target.split(".")[0] for target, _taken in imports(module)}
        if name.startswith("accounts"):
            assert "chat" not in tops, name
        if not name.startswith("chatsite"):
            assert "chatsite" not in tops, name


def test_only_actions_and_the_border_announce() -> None:
    for name, module in modules().items():
        taken = {taken for target, taken in imports(module) if target == "chat.wire.publish"}
        if module.role != "actions" and name != "chat.border":
            assert not taken & ON_COMMIT, name
        if "publish_now" in taken:
            assert name in MAY_PUBLISH_NOW, name


def test_doors_ask_gates_and_queries_not_tables() -> None:
    for module in modules().values():
        if module.is_door and module.name.startswith("chat."):
            attributes = (node for node in ast.walk(module.tree) if isinstance(node, ast.Attribute))
            tables = [node.lineno for node in attributes if node.attr == "objects"]
            assert not tables, f"{module.name}:{tables}"


def test_commands_of_the_socket_hold_no_table() -> None:
    for module in modules().values():
        if module.role == "commands":
            assert "chat.models" not in {target for target, _taken in imports(module)}, module.name


def test_the_domain_is_synchronous() -> None:
    for module in modules().values():
        if module.role in ("actions", "queries", "rules", "rendering", "policy", "gates", "views"):
            awaits = [n for n in ast.walk(module.tree) if isinstance(n, (ast.AsyncFunctionDef, ast.Await))]
            assert not awaits, module.name


def test_domain_and_models_know_no_request() -> None:
    for module in modules().values():
        if module.role in ("actions", "queries", "rules", "gates") and module.name.startswith("chat."):
            source = ast.unparse(module.tree)
            assert "HttpRequest" not in source, module.name
            assert "channels" not in source, module.name
