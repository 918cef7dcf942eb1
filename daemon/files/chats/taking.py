"""Taking a chat in: as a new story, or at the end of one that there is; or saying what would come."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence

import msgspec

from daemon.files.cards.macros import resolved
from daemon.files.cards.taking import Adopting
from daemon.files.chats.cast import PLAYER, Seats, name_of, players, seats, speakers
from daemon.files.chats.chat import Chat, plain_name
from daemon.files.chats.saying import Start, Told, coming, made, reading_job, told
from daemon.live.open_stories import OpenStory
from daemon.live.writing import Writer
from daemon.store.log import Adopted, Batch
from daemon.store.queries import pages
from daemon.store.queries.side_tables import StoryRow
from daemon.story import transcript
from daemon.story.decide import Drafted, Ids
from daemon.story.lenses import TRUTH
from daemon.story.lineage import branch_of, stretches
from daemon.story.world import EMPTY, World, decide_all
from daemon.tasks import Headway
from protocol import methods as m
from protocol.errors import bad_import
from protocol.events import BranchCreated, ChatImported, StoryCreated
from protocol.ids import ENTITIES, NOBODY, EntityId, Seq, TurnNumber

SPARE = 100
"""Ids set aside for a chat that joins a story, beside two for each version of a message: its line, and a scene."""

Joining = Callable[[Callable[[Seq], Adopted]], Awaitable[str]]
"""Writes what joins a story, all of it or nothing; returns when that was."""


class Chats:
    """Takes chats in; `Importer` knows where the files come from."""

    def __init__(self, writer: Writer) -> None:
        self.writer = writer

    async def take(
        self, chat: Chat, p: m.ImportParams, headway: Headway, adopt: Adopting, join: Joining
    ) -> m.ImportResult:
        """The chat as a new story, or at the end of the one that `p` names. Raises Fault."""
        return await (self._joining(chat, p, headway, join) if p.story else self._new(chat, p, headway, adopt))

    async def _new(self, chat: Chat, p: m.ImportParams, headway: Headway, adopt: Adopting) -> m.ImportResult:
        entity, title = _entity_or_title(p.as_)
        who = seats(chat, p.speakers, plain_name(p.user), entity, EMPTY.truth)
        ids = Ids(1)
        setup, world = decide_all(EMPTY, coming(chat, who, EMPTY.truth), ids)
        messages = await asyncio.to_thread(_told, chat, who, world, ids, headway)
        result = _result(chat, who, messages, new=True)
        if p.preview:
            return result
        stories = self.writer.open_stories
        id, root = stories.new_story(), stories.new_branch()
        came: list[Seq] = []
        names = [stories.new_branch() for x in messages for step in x.steps if step.take]
        title = title or _title(who)

        def whole(base: Seq) -> Adopted:
            begun = [Drafted(StoryCreated(title), NOBODY), Drafted(BranchCreated(root), NOBODY)]
            shifted = [d if d.after is None else msgspec.structs.replace(d, after=d.after + 2) for d in setup]
            head = Seq(base + 2 + len(setup))
            lines = made(messages, Start(id, root, head, TurnNumber(2), chat.form), head, names, ids.next)
            first = Batch(id, root, TurnNumber(1), [*begun, *shifted], ids.next)
            came.append(lines.came)
            branches = [branch_of(id, BranchCreated(root), Seq(base + 2)), *lines.branches]
            row = StoryRow(id, title, root, lines.turn, ids.next, "")
            return Adopted(row, branches, _stepped([first, *lines.batches], headway))

        story, head = await adopt(whole)
        story.chats = True
        self.writer.hub.changed(id, story.current, frozenset({"line.said", ChatImported.kind}))
        job = reading_job(id, root, came[-1])
        return msgspec.structs.replace(result, story=story.id, branch=story.current, head=head, job=job)

    async def _joining(self, chat: Chat, p: m.ImportParams, headway: Headway, join: Joining) -> m.ImportResult:
        """The lines come after the story's last, on the branch that is current."""
        entity, _ = _entity_or_title(p.as_)
        story = self.writer.open_stories.get(p.story or "")
        async with self.writer.change(story) as change:
            world, branch = await change.world(), change.branch
            truth = world.truth
            who = seats(chat, p.speakers, plain_name(p.user), entity, truth)
            chat = await self._without_greeting(chat, who, story, branch)
            ids = Ids(story.ids.next)
            if not p.preview:  # a turn that runs meanwhile takes others
                story.ids.next += 2 * sum(len(x.takes) for x in chat.messages) + SPARE
            setup, world = decide_all(world, coming(chat, who, truth), ids)
            messages = await asyncio.to_thread(_told, chat, who, world, ids, headway)
            if chat.note and truth.note:
                odd = "The chat has an author's note, which isn't used: this story has one already."
                chat = msgspec.structs.replace(chat, odd=[*chat.odd, odd])
            result = _result(chat, who, messages, new=False)
            if p.preview:
                return result
            stories = self.writer.open_stories
            before, moved = await stories.head(story, branch), await stories.moved(story, branch)
            names = [stories.new_branch() for x in messages for step in x.steps if step.take]
            added: list[Adopted] = []
            came: list[Seq] = []

            def whole(base: Seq) -> Adopted:
                turn = story.next_turn
                first = [Batch(story.id, branch, turn, setup, ids.next)] if setup else []
                at = Seq(base + len(setup))
                start = Start(story.id, branch, at if setup else moved, TurnNumber(turn + 1), chat.form)
                lines = made(messages, start, at, names, ids.next)
                row = StoryRow(story.id, story.title, story.current, lines.turn, ids.next, "")
                came.append(lines.came)
                added.append(Adopted(row, lines.branches, _stepped([*first, *lines.batches], headway), joins=True))
                return added[-1]

            updated = await join(whole)
            story.tree.update({x.branch: x for x in added[-1].branches})
            story.next_turn = max(story.next_turn, added[-1].row.next_turn)
            story.updated = updated
            for kept in (story.heads, story.moved, story.worlds):
                kept.pop(branch, None)
            head, story.chats = await stories.head(story, branch), True
            self.writer.projector.past_changed(branch)
            self.writer.hub.changed(story.id, branch, frozenset({"line.said", ChatImported.kind}))
            self.writer.streams.resend(story, branch, head, Seq(before + 1))
        job = reading_job(story.id, branch, came[-1])
        return msgspec.structs.replace(result, story=story.id, branch=branch, head=head, undo=before, job=job)

    async def _without_greeting(self, chat: Chat, who: Seats, story: OpenStory, branch: str) -> Chat:
        """The chat without its first message, where that is all that was said in the story yet: the greeting of a card
        that came in before."""
        said = stretches(story.tree, branch)
        found, _ = await self.writer.database.read.run(pages.page, said, TRUTH, pages.LINES, 2)
        lines, first = transcript.lines(found), chat.messages[0]
        speaker = None if first.user or first.sort != "said" else who.bots.get(name_of(chat, first))
        if len(lines) != 1 or len(chat.messages) == 1 or speaker is None or lines[0].who != speaker:
            return chat
        text = resolved(first.text, name_of(chat, first), who.player, first.place)
        if (lines[0].raw or lines[0].text).strip() != text:
            return chat
        odd = [*chat.odd, "The chat begins with the line that stands in the story already; it isn't told twice."]
        return msgspec.structs.replace(chat, messages=chat.messages[1:], odd=odd)


def _told(chat: Chat, who: Seats, world: World, ids: Ids, headway: Headway) -> list[Told]:
    takes = sum(len(x.takes) - 1 for x in chat.messages)
    headway.begin(2 * len(chat.messages) + 2 * takes + 2)
    found = []
    for message in told(chat, who, world, ids):
        headway.step()
        found.append(message)
    if not found:
        raise bad_import("the file", "holds no message with words")
    return found


def _stepped(batches: Sequence[Batch], headway: Headway) -> Iterator[Batch]:
    for batch in batches:
        headway.step()
        yield batch


def _entity_or_title(said: str | None) -> tuple[EntityId | None, str]:
    for entity in ENTITIES[1:]:
        if said == entity:
            return entity, ""
    return None, plain_name(said or "")


def _title(who: Seats) -> str:
    return " and ".join(who.bots) or who.player


def _result(chat: Chat, who: Seats, messages: Sequence[Told], *, new: bool) -> m.ImportResult:
    """What is said of a chat before anything is made of it."""
    steps = [x for message in messages for x in message.steps]
    takes = sum(1 for x in steps if x.take)
    created = {
        "stories": int(new), "entities": len(who.new), "lines": len(messages), "takes": takes,
    }  # fmt: skip
    cast = [m.ChatMember(name=x, entity="you", messages=n) for x, n in players(chat).items()]
    cast += [m.ChatMember(name=x, entity=who.bots.get(x), messages=n) for x, n in speakers(chat).items()]
    dates = sorted(x.at for x in chat.messages if x.at is not None)
    told_of = m.ImportedChat(
        form=chat.form, cast=cast,
        narrated=sum(1 for x in chat.messages if x.sort == "narrated"),
        hidden=sum(1 for x in chat.messages if x.sort == "hidden"),
        partial=sum(1 for x in chat.messages if x.present is not None and not x.present.issuperset(who.bots)),
        first=dates[0] if dates else None, last=dates[-1] if dates else None,
    )  # fmt: skip
    return m.ImportResult(
        created={what: n for what, n in created.items() if n}, kept=[], odd=[*chat.odd, *_odd(chat, who)], chat=told_of
    )


def _odd(chat: Chat, who: Seats) -> list[str]:
    """What a person should look at, in sentences."""
    found = []
    names = list(players(chat))
    if len(names) > 1 and not who.named:
        last = next(x.name for x in reversed(chat.messages) if x.user and x.sort == "said" and x.name)
        found.append(f"You speak under {len(names)} names here; your character ends up as {last}.")
    elif names and who.named and any(x != who.player for x in names):
        found.append(f"All that you say here is said by {who.player}.")
    if others := [x for x in speakers(chat) if x not in who.bots]:
        count = sum(n for x, n in speakers(chat).items() if x not in who.bots)
        found.append(f"The narrator tells what {_listed(others)} said ({count} messages).")
    for name in [x for x, e in who.bots.items() if e in who.new]:
        found.append(
            f"The chat doesn't say who {name} is. Describe them; or first import their card, then the chat there."
        )
    if not who.bots:
        found.append("Nobody but you speaks in this chat.")
    if "you" in who.new and who.player == PLAYER:
        found.append("The chat doesn't say what your character is called.")
    blank = sum(1 for x in chat.messages if not x.text.strip())
    if blank:
        found.append(f"{blank} messages are empty and were left out.")
    return found


def _listed(names: Sequence[str]) -> str:
    shown = list(names[:5])
    if len(names) > len(shown):
        shown = [*shown[:4], f"{len(names) - 4} others"]
    return f"{', '.join(shown[:-1])} and {shown[-1]}" if len(shown) > 1 else shown[0]
