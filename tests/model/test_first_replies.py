"""First replies of the embedded model: four ways to spoil one, as code, and that a few real ones are not spoilt."""

from pathlib import Path

import pytest

from daemon.model import embedded
from tests.support.first_replies import First, played, spoilt
from tests.support.real_daemon import Daemon

BEFORE = ["One lamp is lit.", "That chair is for show.", "Who are you, and what is this place?"]
PROMPT = "Maren (the keeper) is at the tearoom. Six tables, one lamp lit, fog against the panes.\nMaren:"


def signs(reply: str, *, cut: bool = False) -> list[str]:
    return spoilt(First("", reply, cut, BEFORE, PROMPT, None, 0.0), "Maren", ["Robin"])


@pytest.mark.parametrize(
    "reply",
    [
        "Good evening, Robin. Sit down, and tell me who you are.", "*hands Robin a cup*", "*nods* It is late.",
        '"I know you, Robin," she says. "You take the lamp."', "He was a young man. He left!", "Yes. It is… late.",
    ],
)  # fmt: skip
def test_a_reply_that_is_not_spoilt(reply: str) -> None:
    assert signs(reply) == []


@pytest.mark.parametrize(
    ("reply", "sign"),
    [
        ("That chair is for show.", "repeats"),
        ("Well, who are you, and what is this?", "repeats"),
        ("You can't help me. I go to sleep. You can't help me.", "repeats"),
        ("Not now. Go on. Not now.", "repeats"),
        ("", "breaks off"),
        ("I was about to", "breaks off"),
        ("Good evening,", "breaks off"),
        ("Yes. It is...", "breaks off"),
        ("It is late. *turns", "breaks off"),
        ('"It is late.', "breaks off"),
        ("I see six tables, one lamp lit, fog against the window.", "recites the prompt"),
        ("Hello.\n[Just now: it is late.]", "recites the prompt"),
        ("Personality: dry.", "recites the prompt"),
        ("Hello.\nRobin: Who are you?", "speaks for another"),
        ("I am Robin. And you?", "speaks for another"),
        ('Hello. Robin said, "I am late."', "speaks for another"),
        ('"I am late," Robin said.', "speaks for another"),
        ("Hello. *Robin nods*", "speaks for another"),
    ],
)
def test_a_reply_that_is_spoilt(reply: str, sign: str) -> None:
    assert sign in signs(reply)


def test_a_reply_that_was_cut_short_breaks_off() -> None:
    assert signs("It is late.", cut=True) == ["breaks off"]


@pytest.mark.skipif(embedded.missing() != "", reason=embedded.missing())
async def test_first_replies_of_the_real_model_are_short_whole_and_its_own(home: Path) -> None:
    async with Daemon(home) as daemon, daemon.unix() as client:
        replies = [
            await played(client, said, seed)
            for seed, said in enumerate(("Hello.", "What is in that tin?", "*looks around*", "Who are you?"))
        ]
    for reply in replies:
        assert not spoilt(reply, "Maren", ["Robin"]), reply.reply
        assert "letters" not in reply.prompt and "brother" not in reply.prompt
