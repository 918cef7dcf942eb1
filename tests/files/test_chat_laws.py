"""Laws of chats: what is taken in is written again, whatever is in it; of any bytes, the answer names the place."""

import asyncio
import io
import json
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
from hypothesis import example, given, settings
from hypothesis import strategies as st

from daemon.files.chats.chat import Chat, Message
from daemon.files.chats.dates import moment
from daemon.files.chats.reading import is_chat, read
from protocol.errors import BAD_IMPORT, INVALID_PARAMS, Fault
from tests.files.test_round_trips import Told, desk
from tests.support.chats import evening, head, jsonl, narrated, said

words = st.text("aZé雨 \n.,!?*\"“”`'()<>-_:", min_size=1, max_size=60).map(lambda x: x if x.strip() else "Hm.")
dates = st.datetimes(datetime(1971, 1, 1), datetime(9980, 1, 1)).map(
    lambda x: x.isoformat(timespec="milliseconds") + "Z"
)
names = st.sampled_from(("Maren", "Oren"))


@st.composite
def messages(draw: st.DrawFn) -> list[dict[str, Any]]:
    """A chat of any sorts of messages; in some, not everybody is there."""
    tracked = draw(st.booleans())
    found = [head("unused", "unused")]
    for _ in range(draw(st.integers(1, 8))):
        sort = draw(st.sampled_from(("user", "bot", "bot", "narrator", "hidden")))
        more: dict[str, Any] = {"send_date": draw(dates)}
        if tracked:
            more["present"] = sorted(draw(st.sets(st.sampled_from(("Maren.png", "Oren.png")))))
        if sort == "narrator":
            found.append(narrated(draw(words), **more))
        elif sort == "hidden":
            user = draw(st.booleans())
            told = said("Robin" if user else draw(names), draw(words), user=user, **more)
            found.append(told | {"is_system": True, **({"presence_manually_hidden": True} if tracked else {})})
        elif sort == "user":
            found.append(said(draw(st.sampled_from(("Robin", "Alex"))), draw(words), user=True, **more))
        else:
            swipes = draw(st.lists(words, min_size=1, max_size=4))
            chosen = draw(st.integers(0, len(swipes) - 1))
            told = said(draw(names), swipes[chosen], *swipes[:chosen], *swipes[chosen + 1 :], chosen=chosen, **more)
            found.append(
                told | ({"swipe_info": [{"send_date": draw(dates)} for _ in swipes]} if len(swipes) > 1 else {})
            )
    return found


def told(chat: Chat) -> list[Any]:
    """What of a chat is to stay as it is. Who was there is told of all messages, or of none where all always were; for
    what is thought, it makes no difference."""
    spoken = {x.name for x in chat.messages if not x.user and x.sort == "said"}
    heard = [x for x in chat.messages if x.sort != "hidden" and "`" not in x.text]
    everybody = len(spoken) < 2 or all(x.present is None or x.present | {x.name} >= spoken for x in heard)

    def there(x: Message) -> Any:
        if everybody or x not in heard:
            return None
        return (spoken if x.present is None else x.present & spoken) | (
            {x.name} & spoken if x.sort == "said" else set()
        )

    return [
        (x.name if x.sort == "said" else "", x.user and x.sort != "narrated", x.sort,
         [(text.strip(), at) for text, at in x.takes], x.chosen, there(x))
        for x in chat.messages
    ]  # fmt: skip


@settings(max_examples=25)
@given(messages())
@example(evening())
@example([head(), said("Maren", "She nods."), said("Maren", 'She nods:"Yes."'), said("Robin", 'a:":', user=True)])
def test_a_chat_is_written_as_it_was_taken_in(lines: list[dict[str, Any]]) -> None:
    text = jsonl(*lines)

    async def run(folder: Path) -> None:
        async with desk(folder) as here:
            came = read(io.BytesIO(text))
            taken = await here.take(text, "chat")
            again = await here.export(taken.story, "chat")
            assert told(read(io.BytesIO(again))) == told(came)
            whole = await here.take(await here.export(taken.story))
            assert await here.export(whole.story, "chat") == again
            Told(folder / "fabula.db", taken.story).same(Told(folder / "fabula.db", whole.story))

    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(run(Path(folder)))


PLACES = ("line", "the", "mes", "speakers", "swipes", "[", "actions", "msgs", "visible")


@settings(max_examples=150)
@given(st.binary(max_size=80), st.integers(0, 5), st.integers(0, 2**16))
def test_whatever_the_bytes_are_the_answer_names_the_place(junk: bytes, line: int, at: int) -> None:
    lines = jsonl(*evening()).split(b"\n")
    spoilt = lines[line]
    at %= len(spoilt)
    lines[line] = spoilt[:at] + junk + spoilt[at + len(junk) // 2 :]
    file = io.BytesIO(b"\n".join(lines))
    assert is_chat(file) in (True, False)
    try:
        found = read(file)
    except Fault as fault:
        assert fault.code in (BAD_IMPORT, INVALID_PARAMS)
        assert fault.code == INVALID_PARAMS or fault.data["where"].startswith(PLACES)
    else:
        assert found.messages


values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)
FIELDS = ("name", "is_user", "is_system", "send_date", "mes", "swipes", "swipe_id", "swipe_info", "extra", "present",
          "original_avatar", "force_avatar")  # fmt: skip


@settings(max_examples=150)
@given(st.dictionaries(st.sampled_from(FIELDS), values, max_size=5))
def test_fields_of_any_shape_are_read_or_refused(fields: dict[str, Any]) -> None:
    text = json.dumps(said("Maren", "Hello.", "Hi.") | fields, allow_nan=True).encode()
    try:
        found = read(io.BytesIO(text))
    except Fault as fault:
        assert fault.code == BAD_IMPORT
    else:
        assert msgspec.json.decode(msgspec.json.encode(found), type=Chat) == found


@given(values)
def test_whatever_a_date_says_it_is_a_moment_or_nothing(said: Any) -> None:
    found = moment(said)
    assert found is None or moment(found) == found


def test_dates_are_read_in_the_forms_that_are_documented() -> None:
    local = moment("2024-06-10@14h22m00s000ms")
    assert local is not None and local.startswith("2024-06-1")
    same = ("2024-06-10 @14h 22m 00s 0ms", "2024-6-10@14h22m0s", "June 10, 2024 2:22pm", "Jun 10, 2024 2:22 PM")
    assert {moment(x) for x in same} == {local}
    exact = (1718029320000, "1718029320000", 1718029320, "2024-06-10T14:22:00Z", "2024-06-10T16:22:00.000+02:00")
    assert {moment(x) for x in exact} == {"2024-06-10T14:22:00.000Z"}
    assert [moment(x) for x in ("", "soon", "2024-13-01T00:00:00Z", "9" * 59, None, True, [])] == [None] * 7
