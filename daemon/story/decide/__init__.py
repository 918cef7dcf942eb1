"""The one place where events are made: what comes of a command under the rules, given the truth and its context."""

from collections.abc import Callable
from typing import Any

from daemon.story.decide import (
    author,
    cards,
    cast,
    clock,
    earlier,
    lore,
    minds,
    occasions,
    places,
    play,
    scenes,
    skipping,
    things,
    threads,
)
from daemon.story.decide.cards import KeepCard
from daemon.story.decide.cast import Show, Stir
from daemon.story.decide.desk import Context, Drafted, Ids
from daemon.story.decide.earlier import Earlier
from daemon.story.decide.lore import KeepBook
from daemon.story.decide.minds import Conclude, Form, Tell
from daemon.story.decide.places import Arrive, Go
from daemon.story.decide.play import Deed, Part, Revise, Utter
from daemon.story.decide.scenes import FollowPlayer
from daemon.story.decide.things import Find
from daemon.story.state import State
from protocol import commands as c

Decider = Callable[[State, Any, Context], list[Drafted]]

DECIDERS: dict[type[c.Command], Decider] = {
    c.AddEntity: cast.add_entity,
    c.ChangeEntity: cast.change_entity,
    c.Feel: cast.feel,
    KeepCard: cards.keep,
    Stir: cast.stir,
    Show: cast.show,
    c.Bind: cast.bind,
    c.AddContainer: places.add_container,
    c.ChangeContainer: places.change_container,
    c.Move: places.move,
    Arrive: places.move,
    Go: places.move,
    c.Act: places.act,
    c.AddProp: things.add_prop,
    c.ChangeProp: things.change_prop,
    c.Take: things.take,
    c.Drop: things.drop,
    c.Hand: things.hand,
    c.Put: things.put,
    c.Hide: things.put,
    c.Open: things.open_,
    c.Close: things.close,
    c.LookInto: things.look_into,
    c.Search: things.search,
    Find: things.find,
    Earlier: lambda truth, command, context: earlier.earlier(truth, command, context, decide),
    c.Say: play.say,
    Utter: play.utter,
    Revise: play.revise,
    c.OpenScene: scenes.open_scene,
    FollowPlayer: scenes.follow_player,
    c.CloseScene: scenes.close_scene,
    c.PassTime: clock.pass_time,
    c.SkipTime: skipping.skip_time,
    c.Plan: occasions.plan,
    c.ChangeOccasion: occasions.change_occasion,
    c.Start: occasions.start,
    c.Complete: occasions.complete,
    c.Cancel: occasions.cancel,
    c.OpenThread: threads.open_thread,
    c.AdvanceThread: threads.advance_thread,
    c.ResolveThread: threads.resolve_thread,
    c.Remember: minds.remember,
    Form: minds.form,
    c.Share: minds.share,
    Tell: minds.share,
    Conclude: minds.conclude,
    c.Set: author.set_,
    c.Remove: author.remove,
    c.Note: author.note,
    c.AddLore: lore.add_entry,
    c.AddBook: lore.add_book,
    KeepBook: lore.keep,
}
"""Every command, with the function that decides it."""


def decide(truth: State, command: c.Command, context: Context) -> list[Drafted]:
    """The events that come of a command, in order.

    Pure but for the ids it draws from the context's count. Raises Fault with REFUSED and the rule's name, or with
    NOT_FOUND for what is named but is not there.
    """
    return DECIDERS[type(command)](truth, command, context)


__all__ = [
    "DECIDERS", "Arrive", "Conclude", "Context", "Deed", "Drafted", "Earlier", "Find", "FollowPlayer", "Form", "Go",
    "Ids", "KeepBook", "KeepCard", "Part", "Revise", "Show", "Stir", "Tell", "Utter", "decide",
]  # fmt: skip
