"""The table of methods and the catalogue: both name the same methods, with the same params and results."""

from collections.abc import Callable
from inspect import signature
from typing import Any, get_type_hints

import msgspec
import pytest

from daemon.rpc.handler import Caller, Handlers, NeedsCaller
from daemon.rpc.methods import table
from protocol.catalogue import METHODS
from protocol.methods import NoParams


def the_table() -> Handlers:
    """The table of services that hold nothing: their methods are only looked at."""
    services = {name: object.__new__(kind) for name, kind in get_type_hints(table).items() if name != "return"}
    return table(**services)


def test_the_table_has_the_methods_of_the_catalogue_in_its_order() -> None:
    assert list(the_table()) == list(METHODS)


@pytest.mark.parametrize("name", METHODS)
def test_a_handler_takes_and_answers_what_the_catalogue_says(name: str) -> None:
    entry, method = the_table()[name], METHODS[name]
    handler: Callable[..., Any] = entry.serve if isinstance(entry, NeedsCaller) else entry
    hints = get_type_hints(handler)
    needed = [
        hints[p.name]
        for p in signature(handler).parameters.values()
        if p.default is p.empty or hints[p.name] is method.params
    ]
    caller = [Caller] if isinstance(entry, NeedsCaller) else []
    assert needed == caller + ([] if method.params is NoParams else [method.params])
    assert hints["return"] is (msgspec.Raw if method.result is dict else method.result)


def test_what_must_get_through_keeps_no_order() -> None:
    assert [name for name, method in METHODS.items() if method.urgent and method.ordered] == []
    assert all(hasattr(method.params, "story") for method in METHODS.values() if method.ordered)
