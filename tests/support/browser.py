"""A headless Chromium with one page, driven over its own debugging protocol: what a person does, and what one sees."""

import asyncio
import contextlib
import itertools
import json
import os
import shutil
import signal
import tempfile
from pathlib import Path
from typing import Any, Self

import aiohttp

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)

PATIENCE = 30.0
"""Seconds until something that does not come counts as a failure."""

FLAGS = (
    "--headless",
    "--no-sandbox",  # a container's root has no other way; the page is our own
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--remote-debugging-port=0",
    "about:blank",
)


class Browser:
    """`async with Browser(a fresh directory) as page`. `complaints`: what the page's console called an error."""

    def __init__(self, profile: Path) -> None:
        self.profile = profile
        self.complaints: list[str] = []
        self._ids = itertools.count(1)
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}

    async def __aenter__(self) -> Self:
        assert CHROMIUM
        self._stack = contextlib.AsyncExitStack()
        async with self._stack:
            # It keeps a socket there, which a killed one leaves behind.
            short = self._stack.enter_context(tempfile.TemporaryDirectory(prefix="fab", ignore_cleanup_errors=True))
            self._process = await asyncio.create_subprocess_exec(
                CHROMIUM, f"--user-data-dir={self.profile}", *FLAGS, env={**os.environ, "TMPDIR": short},
                stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL, start_new_session=True,
            )  # fmt: skip
            self._stack.push_async_callback(self._end)
            session = await self._stack.enter_async_context(aiohttp.ClientSession())
            base = f"http://127.0.0.1:{await self._port()}"
            async with session.get(f"{base}/json/list") as listed:
                page = next(target for target in await listed.json() if target["type"] == "page")
            self._socket = await session.ws_connect(page["webSocketDebuggerUrl"], max_msg_size=0)
            self._listening = asyncio.create_task(self._listen())
            self._stack.callback(self._listening.cancel)
            for domain in ("Page", "Runtime", "Log"):
                await self._do(f"{domain}.enable")
            self._stack = self._stack.pop_all()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def go(self, url: str) -> None:
        """Opens an address."""
        await self._do("Page.navigate", url=url)

    async def see(self, expression: str) -> Any:
        """The value of an expression of JavaScript in the page, as JSON."""
        answer = await self._do("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    async def until(self, expression: str) -> None:
        """Waits until an expression holds. Raises AssertionError with what the page says where it does not."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                while not await self.see(f"Boolean({expression})"):
                    await asyncio.sleep(0.03)
                return
        raise AssertionError(f"never: {expression}\n{await self.text('body')}\n{self.complaints}")

    async def text(self, selector: str) -> str:
        """The text of what is found by a CSS selector, as it is seen."""
        return str(await self.see(f"document.querySelector({json.dumps(selector)})?.innerText ?? ''"))

    async def type(self, selector: str, text: str) -> None:
        """Puts the cursor there and types, in place of what is there."""
        await self.see(f"(e => {{ e.focus(); e.select(); }})(document.querySelector({json.dumps(selector)}))")
        await self._do("Input.insertText", text=text)

    async def enter(self) -> None:
        """Presses the Enter key."""
        await self.press("Enter", windowsVirtualKeyCode=13, text="\r")

    async def press(self, key: str, **more: Any) -> None:
        """Presses and releases a key by its name."""
        for way in ("keyDown", "keyUp"):
            await self._do("Input.dispatchKeyEvent", type=way, key=key, code=key, **more)

    async def click(self, selector: str) -> None:
        """Clicks what is found by a CSS selector, when it is there."""
        await self.until(f"document.querySelector({json.dumps(selector)})?.checkVisibility()")
        await self.see(f"document.querySelector({json.dumps(selector)}).click()")

    async def _do(self, method: str, **params: Any) -> dict[str, Any]:
        id = next(self._ids)
        answer = self._answers[id] = asyncio.get_running_loop().create_future()
        await self._socket.send_json({"id": id, "method": method, "params": params})
        return await asyncio.wait_for(answer, PATIENCE)

    async def _listen(self) -> None:
        async for frame in self._socket:
            message = frame.json()
            if "id" in message:
                answer = self._answers.pop(message["id"])
                if not answer.done():
                    answer.set_result(message.get("result", {}))
                continue
            told = message.get("params", {})
            if message.get("method") == "Runtime.exceptionThrown":
                self.complaints.append(json.dumps(told["exceptionDetails"]))
            elif message.get("method") == "Log.entryAdded" and told["entry"]["level"] == "error":
                self.complaints.append(told["entry"]["text"])

    async def _port(self) -> str:
        """The debugging port, which the browser writes into its profile when it serves."""
        written = self.profile / "DevToolsActivePort"
        async with asyncio.timeout(PATIENCE):
            while not (written.exists() and "\n" in written.read_text()):
                assert self._process.returncode is None, "the browser ended at once"
                await asyncio.sleep(0.05)
        return written.read_text().split()[0]

    async def _end(self) -> None:
        # The browser is a family of processes; the group is its own.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        await self._process.wait()
