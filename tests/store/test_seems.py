"""The second mask in the file: stored where it differs from the first one, and under the chain."""

from typing import Any

from daemon.store.check import verify
from protocol.commands import AddEntity, Say
from protocol.ids import ENTITIES
from protocol.world import Identity
from tests.store.test_chain import unguarded
from tests.support.open_store import Store, plain


async def test_it_is_stored_where_it_differs_and_cannot_be_changed_unnoticed(store: Store) -> None:
    story, _ = await store.create([AddEntity(entity=e, name=e, identity=Identity(description=e)) for e in ENTITIES])
    await store.append(story, Say(who="a", text="Hm.", witnesses=["you", "a"], seems=["a"]), Say(who="a", text="So."))
    with plain(store.database.path) as c:
        stored = c.execute("SELECT witnesses, seems FROM event WHERE kind = 'line.said'").fetchall()
        assert [tuple(x) for x in stored] == [(3, 2), (7, None)]
        assert verify.check_chain(c) == ""

    def found(of: str, seems: int | None) -> str:
        with unguarded(store.database.path) as c:
            changed: Any = c.execute(f"UPDATE event SET seems = ? WHERE data LIKE '%{of}%'", (seems,))  # noqa: S608
            assert changed.rowcount == 1
            return verify.check_chain(c)

    assert found("Hm.", 2) == ""
    assert "was changed" in found("Hm.", 6)
    assert "was changed" in found("Hm.", None)
    assert "was changed" in found("So.", 7)
