"""The page in a real browser, against a real daemon and a scripted model: what a person would do, and would see."""

import asyncio
import base64
import json
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.browser import CHROMIUM, Browser
from tests.support.cards import picture, v2
from tests.support.real_daemon import Daemon
from tests.support.scripted_model import Body, Endpoint

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium is installed: the page is not tested")

LINES = "document.querySelectorAll('#lines > .line').length"
DRAFT = "document.querySelector('.draft .words')?.innerText ?? ''"


class Teller:
    """A model that says the first half of its reply, and the rest when it is told to go on."""

    first, rest = "*She looks up.* No ship ", "that I <b>wrote</b> down. 🚢"

    def __init__(self) -> None:
        self.on = asyncio.Event()

    def __call__(self, body: Body) -> AsyncIterator[str]:
        return self._tell()

    async def _tell(self) -> AsyncIterator[str]:
        yield self.first
        await self.on.wait()
        yield self.rest


def config(endpoint: Endpoint) -> str:
    return f'[models.render]\nbase_url = "{endpoint.url}"\nmodel = "scripted"\n[play]\nreading = "off"\n'


async def begin(page: Browser, daemon: Daemon) -> None:
    """Opens the page with the token and makes a story with the form."""
    await page.go(f"{daemon.ready['http']}/#token={daemon.token}")
    await page.until("document.querySelector('#beginning')?.checkVisibility()")
    typed = {"you": "Sam", "bot": "Mara", "about": "Keeps a light.", "place": "The lamp room"}
    for name, text in typed.items():
        await page.type(f"#beginning [name={name}]", text)
    await page.click("#create")
    await page.until("document.querySelector('#hint')?.checkVisibility()")


async def say(page: Browser, text: str) -> None:
    await page.type("#say", text)
    await page.enter()


async def agree_to(page: Browser, tool: str, line: str, about: str) -> None:
    """Uses a tool of a line, reads what it would do, and agrees."""
    await page.click(f"#lines > .line:{line} [data-tool={tool}]")
    await page.until("document.querySelector('#ask').open")
    assert about in await page.text("#ask-about")
    await page.click("#ask-go")


def dropped(data: bytes, name: str, *kinds: str) -> str:
    """Drags a file over the page, and lets go of it with `drop`."""
    file = f"new File([bytes], {json.dumps(name)}, {{type: 'image/png'}})"
    return (
        f"(() => {{ const bytes = Uint8Array.from(atob('{base64.b64encode(data).decode()}'), (c) => c.charCodeAt(0));"
        f" const data = new DataTransfer(); data.items.add({file});"
        f" for (const kind of {json.dumps(kinds)}) dispatchEvent("
        "new DragEvent(kind, {dataTransfer: data, cancelable: true})); })()"
    )


async def a_card_is_dropped(page: Browser, daemon: Daemon) -> None:
    """A frame shows where, a sheet what would be made; what is set right there is made, and the picture is shown."""
    card = v2()
    card["data"]["name"] = "Sera <i>Vale</i>"
    await page.see(dropped(picture(chara=card), "card.png", "dragenter"))
    assert await page.see("document.querySelector('#drop').checkVisibility()")
    for button in ("stay", "go"):
        await page.see(dropped(picture(chara=card), "card.png", "dragover", "drop"))
        await page.until("document.querySelector('#import').open")
        assert not await page.see("document.querySelector('#drop').checkVisibility()")
        assert await page.text("#import-title") == "Sera <i>Vale</i>"
        assert "1 story, 2 characters, 3 greetings and 1 picture" in await page.text("#import-made")
        assert await page.see("document.querySelector('#import-picture').naturalWidth") == 1
        assert await page.see("document.querySelector('#import-you').value") == "Sam"
        await page.type("#import-appearance", "A grey coat.")
        await page.see("document.querySelectorAll('#import-greetings input')[2].click()")
        await page.click(f"#import button[value={button}]")
    await page.until("document.querySelector('#present .a .portrait:not([hidden])')?.naturalWidth === 1")
    assert await page.text("#lines > .line:last-child .words") == "She looks up. No boat tonight, Sam."
    async with daemon.unix() as client:
        stories = {s["title"]: s["story"] for s in (await client.call("stories"))["stories"]}
        assert len(stories) == 2, "what was skipped was not made"
        story = stories["Sera <i>Vale</i>"]
        made = await client.call("project", story=story, view="entity", entity="a", lens=["you"])
        assert (made["data"]["appearance"], made["data"]["description"]) == ("A grey coat.", None)
        assert len((await client.call("branches", story=story))["branches"]) == 2

    await page.see(dropped(picture(chara=card), "card.png", "drop"))
    await page.until("document.querySelector('#import').open")
    await page.see("document.querySelector('#import-into').value = 'library'")
    await page.click("#import-go")
    await page.click("#begin")
    await page.click("#library li button:nth-last-child(1)")
    await page.until("document.querySelector('#import').open")
    assert "{{user}}" in await page.see("document.querySelector('#import-description').value")
    await page.type("#import-personality", "Kind to {{user}}.")
    await page.see("document.querySelector('#library li').id = 'before'")
    await page.click("#import-go")
    await page.until("!document.querySelector('#before')")
    await page.click("#library li button:nth-last-child(2)")
    await page.until("document.querySelector('#import').open")
    assert await page.see("document.querySelector('#import-personality').value") == "Kind to Sam."
    await page.click("#import button[value=stay]")


async def test_a_story_from_its_beginning_to_a_rewind(tmp_path: Path) -> None:
    teller = Teller()
    async with (
        Endpoint(prose=teller, reasoning="He knows.") as endpoint,
        Daemon(tmp_path / "home", config(endpoint)) as daemon,
        Browser(tmp_path / "browser") as page,
    ):
        await begin(page, daemon)
        assert daemon.token not in await page.see("location.href")
        await page.until("document.querySelector('#title')?.innerText === 'The lamp room'")
        await page.until("document.querySelector('#present')?.innerText.includes('Mara')")

        await say(page, "*waves* What ship?")
        await page.until(f"({DRAFT}).includes('No ship')")
        assert await page.see("document.querySelector('.draft .action')?.innerText") == "She looks up."
        assert await page.see("document.querySelector('.draft .caret').checkVisibility()")
        assert await page.see("document.querySelector('.draft .reasoning').open") is False
        assert await page.see("document.querySelector('#stop').checkVisibility()")
        assert await page.see("document.querySelector('#say').value") == ""

        teller.on.set()
        await page.until(f"{LINES} === 2 && !document.querySelector('.draft')")
        assert (
            await page.text("#lines > .line:last-child .words") == "She looks up. No ship that I <b>wrote</b> down. 🚢"
        )
        assert "wrote" in await page.text("#announcer")
        assert await page.text("#lines > .line:first-child .action") == "waves"
        await page.until("document.querySelector('#send').checkVisibility()")

        teller.on.clear()
        await say(page, "And then?")
        await page.until(f"({DRAFT}).includes('No ship')")
        await page.click("#stop")
        await page.until(f"{LINES} === 4 && document.querySelector('.cut')")

        await agree_to(page, "rewind", "nth-child(2)", "And then?")
        await page.until(f"{LINES} === 2")
        await page.until("document.querySelector('#stories .small').textContent === '2 lines'")
        await page.click(".notice button")
        await page.until(f"{LINES} === 4")
        supper = {"occasion": "supper", "title": "A late supper", "props": [{"prop": "bread", "name": "rye bread"}]}
        async with daemon.unix() as client:
            does = [{"do": "plan", **supper}, {"do": "start", "occasion": "supper"}]
            takes = [{"do": "take", "who": "you", "prop": "bread"}]
            await client.call("append", story="s1", commands=does + takes)
        await page.until("document.querySelector('#clock').innerText.includes('A late supper')")
        await page.until("document.querySelector('#present').innerText.includes('holding rye bread')")
        await a_card_is_dropped(page, daemon)
        assert page.complaints == []


async def test_a_line_is_told_anew_and_otherwise_and_taken_out(tmp_path: Path) -> None:
    said = iter(["*She nods.* Come in.", "We are full.", "Who goes there?"])
    async with (
        Endpoint(prose=lambda body: next(said)) as endpoint,
        Daemon(tmp_path / "home", config(endpoint)) as daemon,
        Browser(tmp_path / "browser") as page,
    ):
        last = "document.querySelector('#lines > .line:last-child .words')?.innerText"
        takes = "document.querySelector('#lines > .line:last-child .takes span')?.innerText"
        await begin(page, daemon)
        await say(page, "A room?")
        await page.until(f"{last} === 'She nods. Come in.'")
        for number, words in ((2, "We are full."), (3, "Who goes there?")):
            await page.click("#lines > .line:last-child [data-tool=retake]")
            await page.until(f"{last} === '{words}' && {takes} === 'take {number} of {number}'")
        await page.see("document.querySelector('.line:last-child [data-tool=earlier]').focus()")
        await page.click("#lines > .line:last-child [data-tool=earlier]")
        await page.until(f"{takes} === 'take 2 of 3'")
        assert await page.see("document.activeElement.dataset.tool") == "earlier"
        await page.click("#lines > .line:last-child [data-tool=earlier]")
        await page.until(f"{last} === 'She nods. Come in.' && {takes} === 'take 1 of 3'")
        assert await page.see("document.querySelector('.line:last-child [data-tool=earlier]').disabled")

        at = "document.activeElement.closest('.line') === document.querySelector('.line:{}') "
        at += "&& document.activeElement.dataset.tool === '{}'"
        await page.see("document.querySelector('.line:last-child .tools button').focus()")
        for key, line, tool in (
            ("ArrowRight", "last-child", "edit"),
            ("ArrowUp", "first-child", "edit"),
            ("ArrowLeft", "first-child", "rewind"),
            ("ArrowDown", "last-child", "retake"),
        ):
            await page.press(key)
            assert await page.see(at.format(line, tool)), key

        await page.click("#lines > .line:last-child [data-tool=edit]")
        await page.until("document.querySelector('#edit').open")
        assert await page.see("document.querySelector('#edit-words').value") == "*She nods.*\nCome in."
        await page.type("#edit-words", "*She nods.* Come in, Sam.")
        await page.click("#edit-go")
        await page.until(f"{last} === 'She nods. Come in, Sam.'")
        assert await page.see("document.querySelector('.line:last-child .action').innerText") == "She nods."
        await page.click(".notice button")
        await page.until(f"{last} === 'She nods. Come in.'")

        await agree_to(page, "delete", "first-child", "A room?")
        await page.until(f"{LINES} === 1")
        await page.click(".notice button")
        await page.until(f"{LINES} === 2")

        # Through one pair of eyes a line may be seen in part: it is neither edited nor deleted.
        await page.see("document.querySelector('#lens').value = 'you'")
        await page.see("document.querySelector('#lens').dispatchEvent(new Event('change'))")
        await page.until("document.querySelector('.tools') && !document.querySelector('[data-tool=edit]')")
        assert await page.see("document.querySelectorAll('[data-tool=retake]').length") == 1
        assert page.complaints == []


async def test_trouble_is_told_and_mends(tmp_path: Path) -> None:
    # The address is to be the same after a restart: the page comes back to where it was.
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    async with (
        Endpoint(fault="server_error") as endpoint,
        Daemon(tmp_path / "home", config(endpoint), arguments=("--port", port)) as daemon,
        Browser(tmp_path / "browser") as page,
    ):
        await begin(page, daemon)
        await say(page, "Hello?")
        await page.until("document.querySelector('.notice.trouble')")
        assert "CUDA out of memory" in await page.text("#notices")
        assert await page.see(LINES) == 1

        endpoint.fault = None
        await page.click(".notice.trouble button")
        await page.until(f"{LINES} === 2 && !document.querySelector('.notice')")

        await daemon.kill()
        await page.until("document.querySelector('.notice')")
        await say(page, "Still there?")
        await daemon.start()
        await page.until(f"{LINES} === 4 && !document.querySelector('.notice')")
        assert await transcript(daemon) == [
            ("you", "Hello?"),
            ("a", "She nods and says nothing."),
            ("you", "Still there?"),
            ("a", "She nods and says nothing."),
        ]


async def transcript(daemon: Daemon) -> list[tuple[Any, Any]]:
    async with daemon.unix() as client:
        (story,) = (await client.call("stories"))["stories"]
        view = await client.call("project", story=story["story"], view="transcript")
        return [(line["who"], line["text"]) for line in view["data"]["lines"]]


async def test_another_store_behind_the_same_address_is_told_and_loaded_afresh(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    home = tmp_path / "home"
    async with (
        Endpoint() as endpoint,
        Daemon(home, config(endpoint), arguments=("--port", port)) as daemon,
        Browser(tmp_path / "browser") as page,
    ):
        await begin(page, daemon)
        await say(page, "Hello?")
        await page.until(f"{LINES} === 2")
        await daemon.stop()
        await page.until("document.querySelector('.notice')")
        (home / "store").rename(home / "before")
        await daemon.start()
        async with daemon.unix() as client:
            await client.call("create", title="Elsewhere")
        await page.until("document.querySelector('#notices')?.innerText.includes('backup was restored')")
        await page.until("document.querySelector('#blank')?.checkVisibility()")
        assert not await page.see("document.querySelector('#composer').checkVisibility()")
        await page.click("#stories button")
        await page.until("document.querySelector('#hint')?.checkVisibility()")
        assert await page.see(LINES) == 0
        async with daemon.unix() as client:
            await client.call("purge", story="s1", confirm=True)
        await page.until("document.querySelector('#notices')?.innerText.includes('is gone')")
        assert not await page.see("document.querySelector('#composer').checkVisibility()")
        assert page.complaints == [x for x in page.complaints if "ERR_CONNECTION_REFUSED" in x]


async def test_a_wrong_token_is_told(tmp_path: Path) -> None:
    async with (
        Endpoint() as endpoint,
        Daemon(tmp_path / "home", config(endpoint)) as daemon,
        Browser(tmp_path / "browser") as page,
    ):
        await page.go(f"{daemon.ready['http']}/#token=wrong")
        await page.until("document.querySelector('.notice.trouble')")
        assert "rpc web" in await page.text("#notices")


async def test_what_a_turn_changed_is_told_in_a_line(tmp_path: Path) -> None:
    glad = {"changes": [], "minds": ["a"], "gist": "The word was kept.", "mood": "glad"}
    async with (
        Endpoint(reading=lambda body: glad) as endpoint,
        Daemon(tmp_path / "home", config(endpoint).replace('"off"', '"background"')) as daemon,
        Browser(tmp_path / "browser") as page,
    ):
        await begin(page, daemon)
        await say(page, "I kept my word.")
        await page.until("document.querySelector('#doing')?.innerText.endsWith('feels glad')")
        assert not await page.see("document.querySelector('.notice')")
        await page.go("about:blank")
        await page.go(f"{daemon.ready['http']}/#token={daemon.token}&story=s1")
        await page.until("document.querySelector('#doing')?.innerText.endsWith('feels glad')")
        endpoint.reading = lambda body: "no JSON at all"
        await say(page, "Truly.")
        await page.until("document.querySelector('.notice')?.innerText.includes('be tracked')")
        assert page.complaints == []


async def test_whose_eyes_one_sees_through_is_asked_once_and_kept_for_all_clients(tmp_path: Path) -> None:
    async with (
        Endpoint() as endpoint,
        Daemon(tmp_path / "home", config(endpoint)) as daemon,
        Browser(tmp_path / "browser") as page,
        daemon.unix() as client,
    ):

        async def kept() -> Any:
            return [story["lens"] for story in (await client.call("stories"))["stories"]]

        async def opened(lens: str) -> None:
            await page.go("about:blank")
            await page.go(f"{daemon.ready['http']}/#token={daemon.token}&story=s1")
            await page.until(f"document.querySelector('#lens')?.value === '{lens}' && {LINES} === 2")
            assert not await page.see("document.querySelector('#ask')?.open")

        await client.call("create", title="The Last Ferry", template="tearoom")
        await page.go(f"{daemon.ready['http']}/#token={daemon.token}&story=s1")
        await page.until("document.querySelector('#ask')?.open")
        assert "Only what Robin sees" in await page.text("#ask-go")
        # The rest is there already, as far as one sees it oneself.
        await page.until("document.querySelector('#lens').value === 'you'")
        assert "restless" not in await page.text("#present")
        await page.click("#ask-go")
        await page.until("!document.querySelector('#ask')?.open")
        await opened("you")
        assert await kept() == [["you"]]
        await client.call("change_story", story="s1", lens=["a"])  # as /lens does in the terminal
        await opened("a")
        await page.see("document.querySelector('#lens').value = ''")
        await page.see("document.querySelector('#lens').dispatchEvent(new Event('change'))")
        await page.until("document.querySelector('#present').innerText.includes('restless')")
        await opened("")
        assert await kept() == [[]]
        assert page.complaints == []


async def test_a_story_is_put_away_and_taken_back(tmp_path: Path) -> None:
    async with (
        Endpoint() as endpoint,
        Daemon(tmp_path / "home", config(endpoint)) as daemon,
        Browser(tmp_path / "browser") as page,
    ):
        await begin(page, daemon)
        assert not await page.see("document.querySelector('#away').checkVisibility()")
        await page.click("#bin-s1")
        await page.until("document.querySelector('#away').checkVisibility()")
        assert "The lamp room (bin)" in await page.see("document.querySelector('#away').textContent")
        assert not await page.see("document.querySelector('#composer').checkVisibility()")
        assert await page.see("document.querySelectorAll('#stories li').length") == 0
        await page.click("#away summary")
        await page.click("#back-s1")
        await page.until("document.querySelector('#hint')?.checkVisibility()")
        assert await page.see("document.querySelectorAll('#stories li').length") == 1
        assert page.complaints == []
