"""What is remembered of the recorded evening: few memories, in names, which repeat nothing, and what comes back."""

import statistics
from pathlib import Path

from tests.evenings.recorded.remembering import remembered, repeated, speaks, told_of


async def test_what_is_kept_of_an_evening_is_worth_having_and_is_not_said_twice(home: Path) -> None:
    found = await remembered(home)
    told = told_of(found)
    for who in ("you", "a", "b"):
        assert 0.15 <= found.share(who) <= 0.4, told
        assert 4 <= statistics.median(found.significance(who)) <= 5.5, told
    assert 0.2 <= found.share() <= 0.5, told
    assert sum(x >= 9 for x in found.significance()) <= 1, told
    texts = [x["text"] for _, x in found.memories]
    assert not [x for x in texts if speaks(x) or not x.rstrip('"”').endswith((".", "!", "?"))], told
    assert not [again for p in found.prompts for again in repeated(p)], told
    assert any(p.recalled for p in found.prompts), "something comes to mind, or nothing is shown by this"
    assert sum(found.back.values()) >= 8, told
