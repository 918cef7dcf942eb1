"""`rpc` as a person uses it: a process of its own, against a real daemon with a scripted model."""

import asyncio
import json
import signal
import sys
from pathlib import Path

import pytest
import pytest_asyncio

from protocol import places
from tests.conftest import config
from tests.support.cards import v2
from tests.support.chats import jsonl, said
from tests.support.real_daemon import Daemon
from tests.support.rpc_command import Done, rpc
from tests.support.scripted_model import Endpoint
from tests.support.wire_client import Client

pytestmark = pytest.mark.asyncio(loop_scope="module")

REPLY = "*She looks up.* You again. `Finally.`"


@pytest.fixture
def endpoint(model: Endpoint) -> Endpoint:
    model.prose = lambda body: REPLY
    return model


@pytest_asyncio.fixture(loop_scope="module")
async def story(client: Client, endpoint: Endpoint) -> str:
    """The first of the ready-made stories, and the last that was played."""
    return str((await client.call("create", title="The Last Ferry", template="tearoom"))["story"])


async def test_lines_of_a_pipe_are_turns(daemon: Daemon, story: str, endpoint: Endpoint) -> None:
    done = await rpc(daemon.home, input="hello\n\nand goodbye\n", TERM="xterm-256color")
    assert done == Done(0, f"Maren: {REPLY}\nMaren: {REPLY}\n", "")
    assert [r for r in endpoint.prompts() if "hello" in r]
    shown = await rpc(daemon.home, "view", "transcript")
    assert "Robin: hello" in shown.out and "Robin: and goodbye" in shown.out


async def test_a_pipe_goes_on_with_the_story_last_played(daemon: Daemon, story: str) -> None:
    await rpc(daemon.home, input="one\n")
    await rpc(daemon.home, input="two\n")
    stories = json.loads((await rpc(daemon.home, "stories", "--json")).out)["stories"]
    assert stories[0]["story"] == story
    assert stories[0]["lines"] == 6  # two that it begins with, two of ours, two replies


async def test_slash_commands_work_in_a_pipe(daemon: Daemon, story: str) -> None:
    done = await rpc(daemon.home, input="hello\n/rewind\n/lines\n/undo\n/quit\nnever said\n")
    assert done.code == 0
    assert "Rewind" not in done.out  # nobody is there to be asked
    assert "never said" not in (await rpc(daemon.home, "view", "transcript")).out
    assert "Robin: hello" in (await rpc(daemon.home, "view", "transcript")).out


async def test_a_model_that_is_down_fails_the_pipe_and_loses_nothing(
    daemon: Daemon, story: str, endpoint: Endpoint
) -> None:
    endpoint.fault = "server_error"
    done = await rpc(daemon.home, input="is anyone there?\nhello?\n")
    assert done.code == 1
    assert done.out == ""
    assert done.err.count("\n") == 1 and "Your line is saved" in done.err and "rpc play" in done.err
    endpoint.fault = None
    again = await rpc(daemon.home, "play")
    assert (again.code, again.out) == (0, f"Maren: {REPLY}\n")


async def test_an_unknown_command_fails_the_pipe(daemon: Daemon, story: str) -> None:
    done = await rpc(daemon.home, input="/dance\n")
    assert (done.code, done.out) == (1, "")
    assert "/dance" in done.err


async def test_a_model_cannot_steer_the_terminal(daemon: Daemon, story: str, endpoint: Endpoint) -> None:
    endpoint.prose = lambda body: "a\x1b[2Jb\x07c\x9b31md\rE\u202ef"
    done = await rpc(daemon.home, input="hello\n")
    assert not set(done.out) & set("\x1b\x07\x9b\r\u202e")
    raw = await rpc(daemon.home, "view", "transcript", "--json")
    assert not set(raw.out) & set("\x1b\x07\x9b\u202e")


async def test_raw_calls(daemon: Daemon) -> None:
    made = await rpc(daemon.home, "call", "create", '{"title": "Räin"}')
    story = json.loads(made.out)["story"]
    asked = await rpc(daemon.home, "call", "branches", "-", input=json.dumps({"story": story}))
    assert json.loads(asked.out)["branches"][0]["current"] is True
    wrong = await rpc(daemon.home, "call", "branches", '{"story": "nowhere"}')
    assert (wrong.code, wrong.out) == (1, "")
    assert wrong.err.startswith("Error: There is no story") and "Traceback" not in wrong.err
    unknown = await rpc(daemon.home, "call", "brunches")
    assert unknown.code == 1 and "brunches" in unknown.err
    assert json.loads((await rpc(daemon.home, "hello", '{"client": "me", "protocol": "1.0"}')).out)["server"]


async def test_the_subcommands_about_a_story(daemon: Daemon) -> None:
    home = daemon.home
    assert (await rpc(home, "create", "Train", "--from", "sleeper")).out.startswith("Started “Train”")
    appended = await rpc(home, "append", '[{"do": "say", "who": "you", "text": "Far."}]')
    head = json.loads(appended.out)["head"]
    assert "Alex: Far." in (await rpc(home, "view", "transcript")).out
    assert "pocket watch" in (await rpc(home, "view", "world", "--lens", "Bram")).out
    assert json.loads((await rpc(home, "view", "state")).out)["data"]
    nobody = await rpc(home, "view", "scene", "--lens", "zed")
    assert nobody.code == 1 and "zed" in nobody.err and "Traceback" not in nobody.err
    previewed = await rpc(home, "rewind", str(head - 1), "--preview")
    assert "would hide this:\n  Alex: Far.\n" in previewed.out
    rewound = await rpc(home, "rewind", str(head - 1))
    assert "Far." not in (await rpc(home, "view", "transcript")).out
    undo = rewound.out.split("rpc switch ")[1].strip()
    assert (await rpc(home, "switch", undo)).code == 0
    assert "Far." in (await rpc(home, "view", "transcript")).out
    assert (await rpc(home, "branches")).out.count("\n") == 2
    assert (await rpc(home, "stop")).out == "No reply was being written.\n"
    assert "Nowhere" in (await rpc(home, "view", "scene", "-s", "Nowhere")).err
    refused = await rpc(home, "append", '[{"do": "drop", "who": "you", "prop": "watch"}]')
    assert refused.code == 1 and refused.err.count("\n") == 1


async def test_the_subcommands_that_ask_a_story(daemon: Daemon, client: Client, story: str) -> None:
    home = daemon.home
    await rpc(home, input="What lies in the tin?\n")
    view = await client.call("project", story=story, view="transcript")
    line = view["data"]["lines"][-1]["line"]
    assert "Robin: What lies in the tin?" in (await rpc(home, "recall", "the", "tin", "--lens", "a")).out
    assert json.loads((await rpc(home, "recall", "tin", "-k", "1", "--json")).out)["memories"]
    explained = await rpc(home, "explain", line)
    assert (
        "wrote this as Maren" in explained.out
        and "— transcript" in explained.out
        and "the exact prompt" in explained.out
    )
    assert (await rpc(home, "why")).out == explained.out
    assert (await rpc(home, "why", f"@{view['data']['lines'][-1]['seq']}")).out == explained.out
    assert (await rpc(home, "reread", line)).out == "Nothing changed.\n"
    assert (await rpc(home, "jobs")).out == "No background jobs.\n"
    assert (await rpc(home, "view", "plans")).out == "No plans yet.\n"
    assert (await rpc(home, "view", "threads")).out == "No open questions.\n"
    for wrong in (("explain", "l999"), ("recall",), ("reread", "l999"), ("tour", "--pace", "-1")):
        refused = await rpc(home, *wrong)
        assert refused.code != 0 and refused.out == "" and "Traceback" not in refused.err


async def test_the_subcommands_about_the_daemon(daemon: Daemon, endpoint: Endpoint) -> None:
    home = daemon.home
    assert f"pid {daemon.ready['pid']}" in (await rpc(home, "status")).out
    assert json.loads((await rpc(home, "status", "--json")).out)["pid"] == daemon.ready["pid"]
    assert "scripted" in (await rpc(home, "models")).out
    probed = await rpc(home, "probe", "--url", endpoint.url, "--model", "scripted")
    assert probed.code == 0 and "answers" in probed.out
    down = await rpc(home, "probe", "--url", "http://127.0.0.1:9/v1")
    assert down.code == 1 and "isn't answering" in down.out
    assert "openrpc" in json.loads((await rpc(home, "discover")).out)
    used = await rpc(home, "use", "other", "--url", endpoint.url)
    assert used.out.startswith("Now using other (127.0.0.1")


async def test_the_subcommands_that_keep_the_store(daemon: Daemon, client: Client, story: str) -> None:
    home = daemon.home
    made = await rpc(home, "backup")
    assert made.code == 0 and "made by you" in made.out and "· verified\n" in made.out
    assert made.out.splitlines()[-1] in [b["backup"] for b in (await client.call("backups"))["backups"]]
    listed = await rpc(home, "backups")
    assert listed.out.startswith("  1  20") and "rpc restore N" in listed.out
    await client.call("append", story=story, commands=[{"do": "say", "who": "you", "text": "Too late."}])
    seen = await rpc(home, "restore", "1", "--preview")
    assert "You would lose 1 line:" in seen.out
    asked = await rpc(home, "restore", "1")
    assert asked.code == 1 and "Add --yes" in asked.err
    assert "Too late." in (await rpc(home, "view", "transcript")).out
    unclear = await rpc(home, "restore", "99", "--yes")
    assert unclear.code == 1 and "There is no backup “99”" in unclear.err
    done = await rpc(home, "restore", "1", "--yes")
    assert done.code == 0 and "kept as the backup 20" in done.out
    assert "Too late." not in (await rpc(home, "view", "transcript")).out
    checked = await rpc(home, "verify", "--replay")
    assert checked.code == 0 and "All fine: " in checked.out
    assert (await rpc(home, "verify", "1")).code == 0


async def test_the_token_and_the_page(daemon: Daemon) -> None:
    token = (await rpc(daemon.home, "token")).out.strip()
    assert token == daemon.token
    page = await rpc(daemon.home, "web", DISPLAY="", WAYLAND_DISPLAY="")
    assert page.out == f"{daemon.ready['http'].rstrip('/')}/#token={token}\n"
    rotated = (await rpc(daemon.home, "token", "--rotate")).out.strip()
    assert rotated == daemon.token != token


async def test_following_prints_what_happens(daemon: Daemon, story: str) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "client", "--home", str(daemon.home), "follow", "--after", "0",
        stdout=asyncio.subprocess.PIPE, cwd=Path(__file__).parents[3],
    )  # fmt: skip
    assert process.stdout
    kinds: set[str] = set()
    async with asyncio.timeout(30):
        while "line.said" not in kinds:
            note = json.loads(await process.stdout.readline())
            kinds |= {e["kind"] for e in note["params"].get("events", [])}
    process.send_signal(signal.SIGINT)
    assert await asyncio.wait_for(process.wait(), 30) == 130


async def test_a_daemon_is_started_ended_and_replaced(home: Path, endpoint: Endpoint) -> None:
    home.mkdir()
    (home / "config.toml").write_text(config(endpoint.url))
    try:
        begun = (await rpc(home, input="hello\n")).out
        assert begun.startswith("The Last Ferry\nNarrator: Fog has come in over the harbour.")
        assert begun.endswith(f"that chair is for show.\nMaren: {REPLY}\n")
        first = json.loads((await rpc(home, "status", "--json")).out)["pid"]
        assert (await rpc(home, "restart")).code == 0
        second = json.loads((await rpc(home, "status", "--json")).out)["pid"]
        assert first != second
        assert "Robin: hello" in (await rpc(home, "view", "transcript")).out
    finally:
        ended = await rpc(home, "shutdown")
    assert ended.out == "The daemon has stopped.\n"
    assert (await rpc(home, "status")).code == 1


async def test_a_daemon_that_cannot_start_is_told_with_its_reason(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("[play]\nreadng = 'off'\n")
    done = await rpc(tmp_path, input="hello\n")
    assert done.code == 1
    assert "didn't start" in done.err and "reading" in done.err and done.err.count("\n") == 1


async def test_a_home_with_a_long_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / ("x" * 90)
    assert places.runtime_dir(home).parent != home
    async with Daemon(home) as running:
        assert f"pid {running.ready['pid']}" in (await rpc(home, "status")).out


async def test_the_history_from_the_command_line(daemon: Daemon, story: str) -> None:
    home = daemon.home
    await rpc(home, input="hello\n")
    async with daemon.unix() as client:
        view = await client.call("project", story=story, view="transcript")
    mine, reply = view["data"]["lines"][-2:]
    assert (await rpc(home, "retake", "--note", "Longer.")).code == 0
    assert len((await rpc(home, "takes", reply["line"])).out.splitlines()) == 2
    assert json.loads((await rpc(home, "revise", mine["line"], "hello there", "--json")).out)["line"] == mine["line"]
    assert "hello there" in (await rpc(home, "view", "transcript")).out
    seq = str(mine["seq"])
    assert "hello there" in (await rpc(home, "delete", seq, "--preview")).out
    assert (await rpc(home, "delete", seq)).code == 0
    assert "hello there" not in (await rpc(home, "view", "transcript")).out
    assert mine["seq"] in json.loads((await rpc(home, "reinstate", seq, "--json")).out)["back"]
    assert "Saved as “what if”. You're still here" in (await rpc(home, "fork", "--name", "what if")).out
    assert (await rpc(home, "purge", seq, input="n\n")).code != 0
    done = json.loads((await rpc(home, "purge", seq, "--yes", "--json")).out)
    assert done["purged"] == 4, "the line, its revision, and the records of the two calls that read them"
    assert "hello there" not in (await rpc(home, "view", "transcript")).out


async def test_the_subcommands_of_files(daemon: Daemon, client: Client, story: str, tmp_path: Path) -> None:
    file = tmp_path / "ferry.json"
    done = await rpc(daemon.home, "export", "story", "-o", str(file))
    assert done.code == 0, done
    done = await rpc(daemon.home, "import", str(file), "--as", "The Next Ferry")
    assert "Imported 1 story and 1 version" in done.out, done
    assert "The Next Ferry" in (await rpc(daemon.home, "stories")).out
    assert (await rpc(daemon.home, "export", "transcript", "-o", "-", "-s", "The Next Ferry")).out.startswith(
        "# The Next Ferry\n"
    )
    done = await rpc(daemon.home, "export", "character", "--entity", "Maren", "--memories", "-o", str(file))
    assert done.code == 0, done
    assert "Imported 1 character" in (await rpc(daemon.home, "import", str(file), "--as", "b", "-s", story)).out
    card = file.with_name("card.json")
    card.write_text(json.dumps(v2()))
    made = json.loads((await rpc(daemon.home, "import", str(card), "--preview", "--json")).out)
    assert made["card"]["user"] == "Robin" and made["created"]["entities"] == 2
    assert "In your library as kept." in (await rpc(daemon.home, "import", str(file), "--library", "kept")).out
    assert "Saved harbour: The quay" in (await rpc(daemon.home, "save-template", "harbour", "places")).out
    assert "harbour" in (await rpc(daemon.home, "templates")).out
    assert (await rpc(daemon.home, "create", "Two", "--from", "harbour")).code == 0
    assert (await rpc(daemon.home, "remove-template", "harbour")).out == "Deleted the template harbour.\n"
    done = await rpc(daemon.home, "create", "Three", "--from", "harbour")
    assert (done.code, "no template" in done.err) == (1, True)
    assert (await rpc(daemon.home, "pack", str(tmp_path / "all.fabula"))).code == 0
    done = await rpc(tmp_path / "new", "unpack", str(tmp_path / "all.fabula"))
    assert "Unpacked into" in done.out, done
    assert (await rpc(tmp_path / "new", "unpack", str(tmp_path / "all.fabula"))).code == 1


async def test_files_are_written_as_their_names_end_and_questions_name_the_option(
    daemon: Daemon, story: str, tmp_path: Path
) -> None:
    done = await rpc(daemon.home, "export", "card", "-s", story, "--entity", "Maren", "-o", str(tmp_path / "m.png"))
    assert done.code == 0 and (tmp_path / "m.png").read_bytes().startswith(b"\x89PNG"), done
    (tmp_path / "group.jsonl").write_bytes(jsonl(*[said(x, "Hm.") for x in ("Ann Lee", "Ben", "Cem")]))
    done = await rpc(daemon.home, "import", str(tmp_path / "group.jsonl"))
    assert (done.code, "--speakers 'Ann Lee' --speakers Ben" in done.err, "`" in done.err) == (1, True, False)
    card = v2()
    card["data"]["personality"] = "{{random:calm,wild}}"
    (tmp_path / "card.json").write_text(json.dumps(card))
    done = await rpc(daemon.home, "import", "--preview", "--seed", "7", str(tmp_path / "card.json"))
    assert "--seed 7 draws the same again" in done.out, done


async def test_an_export_that_is_too_large_for_a_message_is_fetched(daemon: Daemon, client: Client, story: str) -> None:
    text = "much to say " * 50_000
    for n in range(3):
        await client.call("append", story=story, commands=[{"do": "say", "who": "you", "text": f"{n} {text}"}])
    done = await rpc(daemon.home, "export", "story", "-o", "-")
    assert json.loads(done.out)["events"][-1]["data"]["text"] == f"2 {text}"
