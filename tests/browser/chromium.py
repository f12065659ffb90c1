"""A headless Chromium, spoken to through a pipe in the DevTools protocol; nothing but the standard library."""

import contextlib
import itertools
import json
import os
import select
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_OPTIONS = (
    *("--headless", "--disable-gpu", "--disable-quic", "--disable-dev-shm-usage", "--hide-scrollbars"),
    *(
        "--no-first-run",
        "--no-default-browser-check",
        "--disable-extensions",
        "--disable-background-networking",
    ),
    *("--disable-component-update", "--disable-sync", "--remote-debugging-pipe"),
)
_START = """
import fcntl, os, sys
commands, answers = (fcntl.fcntl(int(number), fcntl.F_DUPFD, 10) for number in sys.argv[1:3])
os.dup2(commands, 3)
os.dup2(answers, 4)
os.execv(sys.argv[3], sys.argv[3:])
"""
"""The browser reads commands from file descriptor 3 and writes answers to 4."""
_PATIENCE = 60.0
"""Seconds for an answer."""


def program() -> str | None:
    """Where a Chromium is, if there is one."""
    return next((found for name in _NAMES if (found := shutil.which(name))), None)


_COLOURS = """
new Promise((done) => {
  const image = new Image(), canvas = document.createElement("canvas"), found = new Set();
  image.onload = () => {
    [canvas.width, canvas.height] = [image.width, image.height];
    const drawn = canvas.getContext("2d");
    drawn.drawImage(image, 0, 0);
    const bytes = drawn.getImageData(0, 0, image.width, image.height).data;
    for (let k = 0; k < bytes.length; k += 4) found.add(`rgb(${bytes[k]}, ${bytes[k + 1]}, ${bytes[k + 2]})`);
    done([...found]);
  };
  image.src = %s;
})
"""


@dataclass
class View:
    """A page in a window: what it asked for, what it complained about, and questions to it."""

    browser: "Chromium"
    session: str
    target: str
    _asked: dict[str, str] = field(default_factory=dict)
    _blocked: set[str] = field(default_factory=set)
    complaints: list[str] = field(default_factory=list)

    @property
    def requests(self) -> list[str]:
        """Where the page turned to, but for what its own policy forbade."""
        return [url for number, url in self._asked.items() if number not in self._blocked]

    def ask(self, expression: str) -> Any:
        """The value of a JavaScript expression, awaited if it is a promise."""
        answer = self.send("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def wait(self, expression: str) -> None:
        """Wait until a JavaScript expression is true."""
        end = time.monotonic() + _PATIENCE
        while not self.ask(expression):
            if time.monotonic() > end:
                raise TimeoutError(f"not so within {_PATIENCE:g} seconds: {expression}: {self.complaints}")
            time.sleep(0.05)

    def send(self, method: str, **words: Any) -> Any:
        """The answer to a command to this page."""
        return self.browser.send(method, self.session, **words)

    def colours(self, left: float, top: float, width: float, height: float, *, scale: float) -> set[str]:
        """The colours in a part of the page, on a screen with so many device pixels to a pixel of the page."""
        place = {"x": left, "y": top, "width": width, "height": height, "scale": 1}
        self.send(
            "Emulation.setDeviceMetricsOverride",
            width=self.ask("innerWidth"),
            height=900,
            deviceScaleFactor=scale,
            mobile=False,
        )
        taken = self.send("Page.captureScreenshot", format="png", captureBeyondViewport=True, clip=place)
        return set(self.ask(_COLOURS % json.dumps(f"data:image/png;base64,{taken['data']}")))

    def close(self) -> None:
        """Close the window."""
        self.browser.send("Target.closeTarget", targetId=self.target)

    def note(self, event: dict[str, Any]) -> None:
        """Keep what the page did."""
        words = event["params"]
        match event["method"]:
            case "Network.requestWillBeSent":
                self._asked[words["requestId"]] = words["request"]["url"]
            case "Network.loadingFailed" if words.get("blockedReason") == "csp":
                self._blocked.add(words["requestId"])
            case "Runtime.consoleAPICalled" if words["type"] in {"warning", "error", "assert"}:
                self.complaints.append(" ".join(str(one.get("value", one)) for one in words["args"]))
            case "Runtime.exceptionThrown":
                self.complaints.append(str(words["exceptionDetails"]))
            case "Log.entryAdded" if words["entry"]["level"] in {"warning", "error"}:
                self.complaints.append(words["entry"]["text"])


class Chromium:
    """A browser, to be used in a ``with`` statement."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._numbers = itertools.count(1)
        self._views: dict[str, View] = {}
        self._read = b""

    def __enter__(self) -> Self:
        self._folder = tempfile.mkdtemp(prefix="chromium-")
        commands, self._commands = os.pipe()
        self._answers, answers = os.pipe()
        as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
        self._process = subprocess.Popen(
            [
                *(sys.executable, "-c", _START, str(commands), str(answers), self._path),
                *(*_OPTIONS, *as_root, f"--user-data-dir={self._folder}", "about:blank"),
            ],
            pass_fds=(commands, answers),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(commands)
        os.close(answers)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with contextlib.suppress(OSError, TimeoutError, EOFError):
            self.send("Browser.close")
        os.close(self._commands)
        os.close(self._answers)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)

    def show(
        self,
        file: Path,
        *,
        dark: bool = False,
        width: int = 1200,
        media: str = "screen",
        ready: str = "document.documentElement?.dataset.drawn !== undefined",
    ) -> View:
        """Open a page and wait until it is ready: by default until the charts of a report are drawn."""
        target = self.send("Target.createTarget", url="about:blank")["targetId"]
        session = self.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        view = self._views[session] = View(self, session, target)
        for domain in ("Page", "Runtime", "Network", "Log"):
            view.send(f"{domain}.enable")
        view.send(
            "Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        view.send("Emulation.setEmulatedMedia", media=media, features=[scheme])
        view.send("Page.navigate", url=file.as_uri())
        view.wait(ready)
        return view

    def send(self, method: str, session: str | None = None, /, **words: Any) -> Any:
        """The answer to a command, which is to a page if a session is given."""
        number = next(self._numbers)
        message = {"id": number, "method": method, "params": words} | (
            {"sessionId": session} if session else {}
        )
        os.write(self._commands, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == number:
                assert "error" not in answer, f"{method}: {answer['error']}"
                return answer["result"]
            if "method" in answer and (view := self._views.get(answer.get("sessionId", ""))):
                view.note(answer)

    def _next(self) -> dict[str, Any]:
        """The next message of the browser."""
        end = time.monotonic() + _PATIENCE
        while b"\0" not in self._read:
            if not select.select([self._answers], [], [], max(end - time.monotonic(), 0.0))[0]:
                raise TimeoutError("the browser says nothing")
            piece = os.read(self._answers, 1 << 20)
            if not piece:
                raise EOFError("the browser has gone")
            self._read += piece
        message, _, self._read = self._read.partition(b"\0")
        found: dict[str, Any] = json.loads(message)
        return found
