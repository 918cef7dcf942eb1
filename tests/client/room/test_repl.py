"""The room as one sits in it, typing: keys come from a pipe, the daemon is real, the model is scripted."""

import asyncio
import os
import signal
from pathlib import Path

import pytest
from prompt_toolkit.input import PipeInput, create_pipe_input

from tests.conftest import config
from tests.support.real_daemon import Daemon
from tests.support.scripted_model import Endpoint
from tests.support.terminal_user import ALT_ENTER, CTRL_C, CTRL_D, UP, Seat

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_first_evening(seat: Seat, daemon: Daemon) -> None:
    seat.type("Good evening.\r")
    await seat.sees("Maren: *She nods.* So it is.\n")
    await seat.free()
    bar = "".join(text for _, text, *_ in seat.room._toolbar())
    assert bar == " The Last Ferry · everything · with Maren · Sat 21:41 · The harbour tearoom "
    seat.type(CTRL_D)
    await seat.sees("Saved. Goodbye.")
    assert seat.play and await seat.play == 0
    async with daemon.unix() as client:
        stories = await client.call("stories")
        view = await client.call("project", story=stories["stories"][0]["story"], view="transcript")
    assert [x["text"] for x in view["data"]["lines"]][-2:] == ["Good evening.", "She nods. So it is."]


async def test_coming_back_one_finds_everything_where_it_was(seat: Seat, daemon: Daemon) -> None:
    seat.type("Good evening.\r")
    await seat.sees("So it is.\n")
    await seat.free()
    seat.type("/quit\r")
    assert seat.play and await seat.play == 0
    with create_pipe_input() as keys:
        again = Seat(daemon.home, keys)
        again.play = asyncio.create_task(again.room.play())
        await again.sees("The Last Ferry\n", "Kim: Good evening.\n", "Maren: *She nods.* So it is.\n")
        await again.free()
        again.type(UP, UP, "\r")
        await again.sees("So it is.\n")
        again.type(CTRL_D)
        assert await again.play == 0
    assert oct((daemon.home / "history").stat().st_mode & 0o777) == "0o600"


async def test_ctrl_c_stops_the_reply_and_not_the_program(seat: Seat, endpoint: Endpoint) -> None:
    endpoint.fault = "hang_midway"
    seat.type("Tell me all.\r")
    await seat.sees("Maren: *She")
    os.kill(os.getpid(), signal.SIGINT)
    await seat.sees("[cut short]")
    await seat.free()
    endpoint.fault = None
    seat.type("And now?\r")
    await seat.sees("Maren: *She nods.* So it is.\n")


async def test_a_reply_that_is_stopped_before_its_first_word_says_so(seat: Seat, endpoint: Endpoint) -> None:
    endpoint.fault = "hang_before_words"
    seat.type("Well?\r")
    async with asyncio.timeout(10):
        while seat.room.game.running is None:
            await asyncio.sleep(0.02)
    os.kill(os.getpid(), signal.SIGINT)
    await seat.sees("[stopped before the first word]")
    endpoint.fault = None


async def test_ctrl_c_clears_the_line(seat: Seat, endpoint: Endpoint) -> None:
    seat.type("never said", CTRL_C, "said\r")
    await seat.sees("So it is.\n")
    assert not any("never said" in p for p in endpoint.prompts())


async def test_several_lines(seat: Seat, endpoint: Endpoint) -> None:
    seat.type("first\\\r", "second", ALT_ENTER, "\x1b[200~third\nfourth\x1b[201~", "\r")
    await seat.sees("So it is.\n")
    assert any(r"first\nsecond\nthird\nfourth" in p for p in endpoint.prompts())


async def test_looking_and_doing(seat: Seat) -> None:
    seat.type("/look\r")
    await seat.sees("The harbour tearoom · 2031-11-08 21:40", "Maren: ", "biscuit tin", "Opens to the quay")
    seat.type("/lens you\r", "/world\r")
    await seat.sees("you see only what Kim sees", "[what Kim sees]", "brass barometer")
    assert "letters" not in await seat.sees("\n")
    for typed, seen in (
        ("/lens", "You see everything"),
        ("/take barometer", "You have the brass barometer."),
        ("/drop moon", "There is no thing “moon”. You can choose"),
        ("/move quay", "You go to the quay."),
        ("/look", "The quay · 2031-11-08 21:40"),
        ("/move you Maren tearoom", "Kim and Maren go to the harbour tearoom."),
        ("/time 1h30m", "2031-11-08 23:10"),
        ("/time 2031-11-08 20:00", "already later"),
        ("/edges", "Maren → Kim: warmth +1"),
        ("/who maren", "personality: dry"),
        ("/prompt", "The next prompt for Maren"),
        ("/timeline", "No boat tonight"),
        ("/status", "Running for"),
        ("/branches", "● main, "),
        ("/model", "Writing: scripted (127.0.0.1"),
    ):
        await seat.free()
        seat.type(typed + "\r")
        await seat.sees(seen)
    await asyncio.sleep(0.1)
    seat.type("0\r")
    await seat.free()


async def test_manners(seat: Seat, endpoint: Endpoint) -> None:
    for typed in (
        "/whisper Maren It is I.",
        "/me sits down",
        "/think A lie.",
        "/narrate The lamp goes out.",
        "/as a Ha.",
    ):
        seat.type(typed + "\r")
        await asyncio.sleep(0.05)
        await seat.free()
    seat.type("/lines 20\r")
    shown = await seat.sees(
        "(whispers to Maren) It is I.", "*sits down*", "`A lie.`", "The lamp goes out.", "Maren: Ha."
    )
    assert "Maren: `" not in shown
    assert not any("A lie." in p for p in endpoint.prompts())


async def test_a_model_that_fails_says_what_to_do(seat: Seat, endpoint: Endpoint) -> None:
    endpoint.fault = "server_error"
    seat.type("Hello?\r")
    await seat.sees("The model at 127.0.0.1", "Your line is saved", "/reply")
    await seat.free()
    endpoint.fault = None
    seat.type("/reply\r")
    await seat.sees("Maren: *She nods.* So it is.\n")


async def test_what_could_not_be_sent_is_not_lost(seat: Seat, daemon: Daemon, endpoint: Endpoint) -> None:
    endpoint.fault = "hang_before_words"
    async with daemon.unix() as other:
        story = (await other.call("stories"))["stories"][0]["story"]
        await other.call("play", story=story, text="I was first.")
        await seat.sees("I was first.")
        seat.type("/whisper Maren And I?\r")
        await seat.sees("/stop")
        await seat.free()
        buffer = seat.room._prompt.default_buffer
        assert buffer.text == "" and buffer.suggestion and buffer.suggestion.text == "/whisper Maren And I?"
        seat.type("\x1b[C")
        async with asyncio.timeout(10):
            while buffer.text != "/whisper Maren And I?":
                await asyncio.sleep(0.02)
        endpoint.fault = None
        await other.call("stop", story=story)


async def test_a_daemon_that_is_killed_comes_back(seat: Seat, daemon: Daemon, endpoint: Endpoint) -> None:
    endpoint.fault = "hang_midway"
    seat.type("Tell me all.\r")
    await seat.sees("Maren: *She")
    await asyncio.sleep(0.6)  # the draft is kept now and then, not with each token
    await daemon.kill()
    endpoint.fault = None
    await seat.sees("connection lost")
    await daemon.start()
    await seat.sees("connected again")
    await seat.free()
    seat.type("Are you there?\r")
    await seat.sees("Maren: *She nods.* So it is.\n")
    seat.type("/lines\r")
    shown = await seat.sees("Kim: Are you there?", "So it is.")
    assert shown.count("Kim: Tell me all.") == 1


async def test_what_others_play_is_seen_at_the_prompt(seat: Seat, daemon: Daemon) -> None:
    async with daemon.unix() as other:
        story = (await other.call("stories"))["stories"][0]["story"]
        await other.call("play", story=story, text="From elsewhere.")
        await seat.sees("Kim: From elsewhere.\n", "Maren: *She nods.* So it is.\n")
        past = await other.call("project", story=story, view="transcript")
        await other.call("rewind", story=story, to=past["data"]["lines"][-1]["seq"] - 1)
    await seat.sees("[now on another version")


async def test_a_story_of_ones_own_and_back_again(seat: Seat) -> None:
    seat.type("/new\r")
    await seat.sees("4  Make your own")
    for answer in ("4", "", "Otto", "Otto mends clocks.", "A clock shop", "A clock that runs backwards."):
        await asyncio.sleep(0.1)
        seat.type(answer + "\r")
    await seat.sees("Otto, A clock shop\n")
    await seat.free()
    seat.type("Hello.\r")
    await seat.sees("Otto: *She nods.* So it is.\n")
    await seat.free()
    seat.type("/open 2\r")
    await seat.sees("The Last Ferry\n", "that chair is for show.\n")


async def test_a_first_start_may_decline_to_begin(home: Path, scripted: Endpoint, keys: PipeInput) -> None:
    async with Daemon(home, config(scripted.url)):
        await declines(Seat(home, keys))


async def declines(seat: Seat) -> None:
    seat.play = asyncio.create_task(seat.room.play())
    await seat.sees("Welcome to Fabula.", "Start a new story:")
    seat.type("0\r")
    await seat.free()
    seat.type("Hello?\r")
    await seat.sees("/new")
    await seat.free()
    seat.type(CTRL_D)
    assert await seat.play == 0


async def test_a_question_too_long_for_a_row_is_broken_between_words(seat: Seat) -> None:
    seat.room.screen.live = True
    for typed, asked in (("/new", "Make your own"), ("4", ""), ("Kim", ""), ("Bo", "strange.]:\n"), ("", ""), ("", "")):
        seat.type(f"{typed}\r")
        shown = await seat.sees(asked)
        await asyncio.sleep(0.1)
        if typed == "Bo":
            assert "Describe Bo in a sentence [Enter for: Bo is curious, warm and a little\n" in shown
    await seat.does("", "Bo is with you. Say something, or type /narrate")
