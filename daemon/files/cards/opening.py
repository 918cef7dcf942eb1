"""A new story that begins as a card says, each greeting a take of its first line. Pure: what it makes is for the log.

The greetings lie on branches as retakes do: the first on the root, each other one on a branch that forks before it.
"""

from collections.abc import Sequence

import msgspec

from daemon.store.queries.assets import Asset
from daemon.store.queries.side_tables import StoryRow
from daemon.store.rows import Adopted, Batch
from daemon.story.decide import Drafted, Ids, Part, Utter
from daemon.story.lineage import branch_of
from daemon.story.world import EMPTY, World, decide_all
from daemon.telling.parts import parts_of
from protocol.commands import Command
from protocol.events import BranchCreated, StoryCreated
from protocol.ids import NOBODY, EntityId, Seq, TurnNumber

LONGEST = 20_000
PARTS = 200
"""Characters and parts of a greeting up to which it is read by its markup; what is longer is spoken as it stands."""


class Opening(msgspec.Struct, frozen=True):
    """What a story begins with: its setup, and what comes of each of the greetings by itself. `ids` is the next number
    of an id."""

    setup: list[Drafted]
    takes: list[list[Drafted]]
    ids: int

    @property
    def drafts(self) -> list[Drafted]:
        """All of them."""
        return [*self.setup, *(draft for take in self.takes for draft in take)]


def opening(setup: Sequence[Command], speaker: EntityId, greetings: Sequence[str]) -> Opening:
    """What comes of a setup and of greetings that this speaker says after it. Raises Fault: a refusal."""
    ids = Ids(1)
    drafts, world = decide_all(EMPTY, setup, ids)
    return Opening(drafts, [_said(world, speaker, x, ids) for x in greetings], ids.next)


def _said(world: World, speaker: EntityId, text: str, ids: Ids) -> list[Drafted]:
    parts = parts_of(world.truth, speaker, text) if len(text) <= LONGEST else []
    if not 0 < len(parts) <= PARTS:
        parts = [Part("speech", text)]
    return decide_all(world, [Utter(line=ids.make("l"), who=speaker, parts=parts)], ids)[0]


def adopted(
    opening: Opening, base: Seq, story: str, title: str, names: Sequence[str], assets: Sequence[Asset] = ()
) -> Adopted:
    """The story as it comes after the seq `base`, with names for its branches: one for each greeting, at least one; and
    with the files that it names."""
    root = BranchCreated(names[0])
    begun = [Drafted(StoryCreated(title), NOBODY), Drafted(root, NOBODY)]
    setup = [d if d.after is None else msgspec.structs.replace(d, after=d.after + 2) for d in opening.setup]
    batches = [Batch(story, names[0], TurnNumber(1), [*begun, *setup], opening.ids)]
    branches = [branch_of(story, root, Seq(base + 2))]
    fork = head = Seq(base + 2 + len(setup))
    for name, take in zip(names, opening.takes, strict=False):
        turn = TurnNumber(batches[-1].turn + 1)
        if name != names[0]:
            created = BranchCreated(name, names[0], fork, "take")
            batches.append(Batch(story, name, turn, [Drafted(created, NOBODY)], opening.ids, background=True))
            head, turn = Seq(head + 1), TurnNumber(turn + 1)
            branches.append(branch_of(story, created, head))
        batches.append(Batch(story, name, turn, take, opening.ids))
        head = Seq(head + len(take))
    row = StoryRow(story, title, names[0], TurnNumber(batches[-1].turn + 1), opening.ids, "")
    return Adopted(row, branches, batches, assets)
