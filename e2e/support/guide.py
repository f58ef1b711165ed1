"""Runs the examples of a document as a stranger would: copied block by block into one shell, in a directory of its own."""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from support.server import ROOT, program

BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
SAVED = re.compile(r"Save (?:it |this |the following )?as `([^`]+)`")
# Where a document says that the server listens.
PRINTED = re.compile(r"\b(?:127\.0\.0\.1|localhost):8080\b")


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, what stands in it, and the name of a file when the text before it asks to save it."""

    language: str
    text: str
    file: str | None
    line: int


def blocks(document: str) -> list[Block]:
    """The fenced blocks of a document below `docs/`, in order."""
    text = (ROOT / "docs" / document).read_text()
    found, end = [], 0
    for match in BLOCK.finditer(text):
        names = SAVED.findall(text[end : match.start()])
        line = text.count("\n", 0, match.start()) + 2
        found.append(Block(match[1], match[2], names[-1] if names else None, line))
        end = match.end()
    return found


@dataclass
class Walk:
    """Somebody who works through documents: an empty directory, `crossdock` on the path, a server where they say it is."""

    directory: Path
    address: str
    # Other addresses that documents print, and what stands there in this run.
    elsewhere: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        tools = self.directory / ".tools"
        tools.mkdir()
        (tools / "crossdock").symlink_to(program())

    def here(self, text: str) -> str:
        """A text of a document with the addresses of this run in it."""
        for printed, real in self.elsewhere.items():
            text = text.replace(printed, real)
        return PRINTED.sub(self.address, text)

    def run(self, document: str, also: str = "") -> str:
        """Types every `sh` block of a document into one shell, and what `also` says behind them; gives what is printed.

        Blocks of other languages are saved where the text says so. A command that fails ends the test."""
        script = []
        for block in blocks(document):
            if block.file is not None:
                (self.directory / block.file).write_text(self.here(block.text))
            elif block.language == "sh":
                script += [f": '{document}:{block.line}'", self.here(block.text)]
        assert script, f"{document} has no examples"
        # The shell a reader has, but one that stops where the reader would have to stop.
        return self.bash("\n".join([*script, also]))

    def bash(self, script: str) -> str:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("CROSSDOCK_")}
        environment["PATH"] = f"{self.directory / '.tools'}:{environment['PATH']}"
        ended = subprocess.run(
            ["bash", "-xeuo", "pipefail", "-c", script],
            cwd=self.directory,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )
        assert ended.returncode == 0, f"{ended.stdout}\n{ended.stderr[-4000:]}"
        return ended.stdout
