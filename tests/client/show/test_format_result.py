"""How results read where a newcomer stumbled."""

from client.show import format_history, format_result, impacts
from client.show.turns import Item, Read, Refused


def found(text: str, **parts: float) -> dict[str, object]:
    return {"seq": 7, "who": None, "text": text, "parts": {"words": 0, "meaning": 0.2, **parts}}


def test_a_search_for_a_word_that_stands_nowhere_says_so() -> None:
    some = [found(f"line {n}") for n in range(9)]
    told = format_result.recalled({"memories": some}, {})
    assert told[0] == "Nothing has these words. Closest in meaning:" and len(told) == 4
    told = format_result.recalled({"memories": [*some, found("the tin", words=0.5)]}, {})
    assert len(told) == 10 and "Nothing" not in told[0]
    assert format_result.recalled({"memories": [found("yesterday", time=0.3)]}, {}) == ["     @7  yesterday"]


def test_a_version_is_typed_by_its_name_or_number() -> None:
    names = ("", "the storm", "", "main", "3", "the storm")
    branches = [{"branch": f"b{n}", "name": name} for n, name in enumerate(names, 1)]
    assert [format_history.typed(branches, b["branch"]) for b in branches] == ["b1", "b2", "3", "b4", "b5", "b6"]
    assert [format_history.typed(branches[:3], f"b{n}") for n in (1, 2, 3)] == ["main", "the storm", "3"]


def test_numbers_of_lines_are_told_as_they_are_typed() -> None:
    section = {"name": "transcript", "tokens": 9, "from": [5, 7, 8, 9], "why": "the last lines", "text": "Hello."}
    made = {"speaker": None, "lens": [], "sections": [section], "withheld": [], "cut": "", "exact": True, "params": {},
            "endpoint": "", "model": "", "at": 9, "tokens": 9, "budget": 99}  # fmt: skip
    assert "transcript (9 tokens, from @5, @7–@9): the last lines" in "\n".join(format_result.explained(made, {}))


def test_who_cannot_ask_further_is_told_what_was_ignored() -> None:
    read = Read("ok", [Item("Maren nods", [1])], [Refused("far", "it is out of reach", "Maren takes the moon")])
    assert format_result.checked(read) == ["1 Maren nods", "Ignored: “Maren takes the moon”. It is out of reach."]
    assert format_result.checked(Read("ok")) == ["Nothing changed."]


def test_a_model_that_was_found_and_not_used_yet_is_ready() -> None:
    model = {"role": "render", "endpoint": "here:1", "model": "m", "why": ""}
    for reachable, ok, told in (
        (True, None, "ready, not used yet"), (None, None, "not used yet"), (None, True, "working"),
        (True, True, "working"), (False, True, "not answering"),
    ):  # fmt: skip
        roles = {"roles": [{**model, "reachable": reachable}]}
        assert format_result.roles(roles, {"models": [{**model, "ok": ok}]}) == [f"  Writing: m (here:1) ({told})"]


def test_a_plan_that_is_not_there_is_not_planned() -> None:
    plan = {"occasion": "p", "before": "planned", "after": None}
    impact = {"memories": [], "props": [], "edges": [], "occasions": [plan]}
    assert impacts.besides(impact, {"p": "Picnic"}) == ["  Picnic: upcoming → not planned"]


def test_of_many_versions_without_a_name_the_latest_are_listed() -> None:
    branches = [
        {"branch": f"b{n}", "name": "kept" if n == 3 else "", "kind": "rewind",
         "parent": f"b{n - 1}" if n > 1 else None, "fork_seq": n, "lines": n, "current": n == 5}
        for n in range(1, 21)
    ]  # fmt: skip
    told = format_history.branches({"branches": branches})
    assert [line.split(",")[0][2:] for line in told[:3]] == ["main", "kept", "version 5"]
    assert told[3].startswith("  version 13") and told[-1] == "  and 9 older versions without a name"
    assert len(format_history.branches({"branches": branches}, True)) == 20
