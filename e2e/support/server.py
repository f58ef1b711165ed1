"""The real program, started as a stranger would: `crossdock demo` (or `serve`) on a free port with a data directory of its own."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
import time
from pathlib import Path

import requests

ROOT = Path(__file__).resolve().parents[2]
TARGET = Path(os.environ.get("CARGO_TARGET_DIR") or ROOT / "target").resolve()

# Longest wait for a start or a graceful stop. Both take about a second; a busy machine gets some more.
TIMEOUT = 30


def program() -> Path:
    """The program under test: CROSSDOCK_BIN, else the newest of the two builds."""
    if given := os.environ.get("CROSSDOCK_BIN"):
        return Path(given).resolve()
    built = [path for path in (TARGET / "release/crossdock", TARGET / "debug/crossdock") if path.exists()]
    if not built:
        raise FileNotFoundError("build the program first (cargo build --bin crossdock), or set CROSSDOCK_BIN")
    return max(built, key=lambda path: path.stat().st_mtime)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


# Receivers of webhooks in these tests live on this machine, where none may live unless somebody says so.
LOCAL_RECEIVERS = {"CROSSDOCK_OUTGOING__ALLOW_NETWORKS": '["127.0.0.1"]'}


class Server:
    """A running demo, or `serve` on a data directory that may be empty."""

    def __init__(
        self, data_dir: Path, log: Path, command: str = "demo", settings: dict[str, str] | None = None
    ) -> None:
        self.data_dir = data_dir
        self.log = log
        self.url = f"http://127.0.0.1:{free_port()}"
        # Settings of the person who runs the tests must not change what is tested.
        environment = {key: value for key, value in os.environ.items() if not key.startswith("CROSSDOCK_")}
        environment |= LOCAL_RECEIVERS if settings is None else settings
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                [program(), command, "--listen", self.url.removeprefix("http://"), "--data-dir", data_dir],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=environment,
            )
        try:
            self._wait_until_ready()
        except BaseException:
            self.process.kill()
            self.process.wait()
            raise

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + TIMEOUT
        while True:
            if self.process.poll() is not None:
                raise RuntimeError(f"the program ended with code {self.process.returncode}:\n{self.tail()}")
            try:
                if requests.get(f"{self.url}/readyz", timeout=5).ok:
                    return
            except requests.ConnectionError:
                pass
            if time.monotonic() > deadline:
                raise TimeoutError(f"not ready after {TIMEOUT} s:\n{self.tail()}")
            time.sleep(0.05)

    def tail(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-40:])

    def stop(self) -> None:
        """As an operator would; running requests end well and so does the program."""
        self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(TIMEOUT)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise
        if code != 0:
            raise RuntimeError(f"the program ended with code {code} when stopped:\n{self.tail()}")

    def change_cart(self, cart: str, assignment: str) -> None:
        """Makes a cart that the API does not make: an old one, an empty one. `assignment` is SQL for its row."""
        with sqlite3.connect(self.data_dir / "crossdock.db", timeout=TIMEOUT) as database:
            changed = database.execute(f"UPDATE carts SET {assignment} WHERE id = ?", [cart]).rowcount
        database.close()
        assert changed == 1, f"cart {cart} is not in the database"

    def age_sessions(self, seconds: int) -> None:
        """Makes every session of the gates older: what waiting does, without the waiting.

        The server remembers a session for two seconds after its use, so age one that was not used yet."""
        moved = "issued_at = issued_at - :by, expires_at = expires_at - :by"
        with sqlite3.connect(self.data_dir / "crossdock.db", timeout=TIMEOUT) as database:
            changed = database.execute(f"UPDATE gate_sessions SET {moved}", {"by": seconds * 1_000_000}).rowcount
        database.close()
        assert changed > 0, "there are no sessions"
