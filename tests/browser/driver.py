"""A Chromium in a thread of its own.

Playwright runs an event loop in the thread that starts it, and Django refuses to ask the database in such a thread.
A `Remote` stands for one of Playwright's objects there: what is asked of it is done in that thread, and waited for.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from playwright.sync_api import Playwright, expect, sync_playwright

# The machine's own: Playwright brings no browser.
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
Run = Callable[..., Any]


class Remote:
    """One of Playwright's objects, or a method of one."""

    def __init__(self, run: Run, thing: Any) -> None:
        self._run, self._thing = run, thing

    def __getattr__(self, name: str) -> Any:
        return self._wrapped(self._run(getattr, self._thing, name))

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        return self._wrapped(self._run(self._thing, *map(_bare, arguments), **{key: _bare(one) for key, one in named.items()}))

    def _wrapped(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._wrapped(one) for one in value]
        return Remote(self._run, value) if str(getattr(value, "__module__", "")).startswith("playwright") else value


def _bare(value: Any) -> Any:
    return value._thing if isinstance(value, Remote) else value


class Browser:
    """Chromium, from `start` to `stop`."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="browser")
        # What holds while the browser is at work, and a test waits for it.
        self.at_work: Callable[[], AbstractContextManager[None]] = nullcontext
        self._playwright: Playwright = self.run(lambda: sync_playwright().start())
        # Tests may run as root, where Chromium has no sandbox.
        options = {"executable_path": CHROMIUM, "args": ["--no-sandbox", "--disable-gpu"]}
        self.chromium = Remote(self.run, self.run(lambda: self._playwright.chromium.launch(**options)))
        self.expect = Remote(self.run, expect)

    def run(self, task: Run, *arguments: Any, **named: Any) -> Any:
        """Do `task` in the browser's thread."""
        with self.at_work():
            return self._thread.submit(task, *arguments, **named).result()

    def stop(self) -> None:
        """Close it."""
        self.chromium.close()
        self.run(self._playwright.stop)
        self._thread.shutdown()
