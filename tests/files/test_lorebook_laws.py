"""Laws of lorebooks: what is read is written again, whatever is in it; what is changed is read as it was changed."""

import json
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from daemon.files.lorebooks import decorators, writing
from daemon.files.lorebooks.book import lorebook
from daemon.files.lorebooks.entry import Names
from daemon.files.lorebooks.proposal import Proposal, heading, proposal
from daemon.files.lorebooks.writing import Came, Now
from daemon.story.state import Book, Lore
from protocol.world import LoreRules

NAMES = Names("Mara", "Robin")
names = st.text("abcXYZ äé雨", min_size=1, max_size=12).map(lambda x: " ".join(x.split())).filter(bool)
texts = st.text("ab \n*.,;:!?é雨", min_size=1, max_size=40).map(str.strip).filter(bool)
numbers = st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
anything = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=8,
)
contents = texts | st.sampled_from(
    ["@@depth 2\n@@@scan_depth 9\n{{char}} sleeps.", "@@acme 1\n@@@scan_depth 9\n\nIt {{random:a,b}}.", "@@activate\nX",
     "@@additional_keys a, b\n@@exclude_keys c\n@@activate_only_after 3\nY", "@@dont_activate\nZ", "@@ x", "",
     "{{// }}"]
)  # fmt: skip
KNOWN = {
    "key": st.lists(names, max_size=3), "keysecondary": st.lists(names, max_size=2), "comment": names,
    "content": contents, "constant": st.booleans(), "selective": st.booleans(), "selectiveLogic": st.integers(0, 4),
    "order": numbers, "position": st.integers(0, 7), "disable": st.booleans(), "excludeRecursion": st.booleans(),
    "probability": st.integers(0, 100), "useProbability": st.booleans(), "depth": st.integers(0, 9),
    "scanDepth": st.none() | st.integers(0, 9), "caseSensitive": st.none() | st.booleans(), "group": names,
}  # fmt: skip
OF_CARDS = {
    "keys": KNOWN["key"], "secondary_keys": KNOWN["keysecondary"], "comment": names, "name": names, "content": contents,
    "constant": st.booleans(), "selective": st.booleans(), "insertion_order": numbers, "enabled": st.booleans(),
    "case_sensitive": st.booleans(), "priority": numbers, "use_regex": st.booleans(),
    "extensions": st.fixed_dictionaries(
        {}, optional={"position": st.integers(0, 7), "depth": st.integers(0, 9), "selectiveLogic": st.integers(0, 3)}),
}  # fmt: skip


def entries(known: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[dict[str, Any]]:
    """Entries some of whose fields are as they should be, and others anything at all."""
    wild = st.dictionaries(names | st.sampled_from([*known]), anything, max_size=3)
    return st.tuples(wild, st.fixed_dictionaries({}, optional=known)).map(lambda x: x[0] | x[1])


@st.composite
def books(draw: st.DrawFn) -> dict[str, Any]:
    head = draw(st.fixed_dictionaries({}, optional={
        "name": names | anything, "description": texts, "scan_depth": numbers, "token_budget": anything,
        "recursive_scanning": st.booleans(), "extensions": st.dictionaries(names, anything, max_size=2), "q": anything,
    }))  # fmt: skip
    form = draw(st.sampled_from(["sillytavern", "v2", "v3"]))
    some = draw(st.lists(entries(KNOWN if form == "sillytavern" else OF_CARDS), max_size=3))
    whole = head | {"entries": {str(3 * n): x for n, x in enumerate(some)} if form == "sillytavern" else some}
    return {"spec": "lorebook_v3", "data": whole, "more": draw(anything)} if form == "v3" else whole


def now(comes: Proposal, came: Came | None) -> Now:
    """The book as a story holds it just after it came in."""
    head = comes.heading
    kept = [Lore(x.keys, x.text, [], x.name, "b", x.entry, x.rules) for x in comes.entries]
    return Now(Book(head.name, head.description, head.scan_depth, head.budget, head.stirring), kept, came)


@given(books(), names)
def test_a_book_is_written_as_it_was_read(whole: dict[str, Any], called: str) -> None:
    found = lorebook(json.dumps(whole).encode())
    comes = proposal(found, NAMES, called)
    assert json.loads(writing.json(now(comes, Came(found, NAMES, called)), None)) == whole


rules = st.builds(
    LoreRules, enabled=st.booleans(), constant=st.booleans(), secondary=st.lists(names, max_size=2),
    logic=st.sampled_from(["any", "all", "not_any", "not_all"]), also=st.lists(names, max_size=2, unique=True),
    never=st.lists(names, max_size=2), regex=st.booleans(), case=st.booleans(), whole_words=st.booleans(),
    scan_depth=st.none() | st.integers(0, 1000), order=st.integers(-5, 500), priority=st.integers(-5, 5),
    probability=st.integers(0, 100), group=names, weight=st.integers(0, 200), preferred=st.booleans(),
    after=st.integers(0, 9), every=st.integers(0, 9), unstirred=st.booleans(), stirs_none=st.booleans(),
    stirred_only=st.booleans(), depth=st.none() | st.integers(0, 9),
)  # fmt: skip
changes = st.fixed_dictionaries({"keys": st.lists(names, min_size=1, max_size=2), "text": texts, "name": names,
                                 "rules": rules})  # fmt: skip


@given(books(), st.lists(changes, max_size=3), st.sampled_from(["sillytavern", "v2", "v3"]))
def test_what_is_changed_is_read_as_it_was_changed(
    whole: dict[str, Any], changed: list[dict[str, Any]], form: writing.Form
) -> None:
    found = lorebook(json.dumps(whole).encode())
    was = now(proposal(found, NAMES), Came(found, NAMES))
    kept = [msgspec.structs.replace(x, **more) for x, more in zip(was.entries, changed, strict=False)]
    new = [Lore(more["keys"], more["text"], [], more["name"], "b", "", more["rules"]) for more in changed]
    is_now = Now(was.book, [*kept, *new], was.came)
    for target in (None, form):
        again = proposal(lorebook(writing.json(is_now, target)), NAMES)
        assert [(x.keys, x.text, x.name, x.rules) for x in again.entries] == [
            (x.keys, x.text, x.name, x.rules) for x in is_now.entries
        ]
        assert again.heading == heading(found, NAMES)


@given(st.lists(st.sampled_from(["@@depth 2", "@@@depth 3", "@@acme", "@@depth x", "text", "", " @@role user", "@@"])))
def test_decorators_are_parted_from_the_text_and_nothing_is_lost(lines: list[str]) -> None:
    content = "\n".join(lines)
    said = decorators.parted(content)
    told = decorators.written(said.lines, {}, said.text) if said.lines else said.text
    assert [x.strip() for x in told.split("\n") if x.strip()] == [x.strip() for x in lines if x.strip()]
