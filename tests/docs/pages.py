"""The pages of the documentation, cut into what can be checked."""

from __future__ import annotations

import re
from pathlib import Path

import attrs

ROOT = Path(__file__).resolve().parents[2]
PAGES = (
    ROOT / "README.md",
    ROOT / "CHANGELOG.md",
    ROOT / "CONTRIBUTING.md",
    *sorted(path for path in (ROOT / "docs").rglob("*.md") if path.name != "performance.md"),
)
"""All but the page of measurements, which is its own kind of thing."""
_FENCE = re.compile(r"^```(?P<info>[^\n`]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_TITLE = re.compile(r'title="([^"]+)"')


@attrs.frozen
class Block:
    """One fenced block."""

    page: Path
    line: int
    language: str
    title: str
    text: str

    @property
    def place(self) -> str:
        return f"{name_of(self.page)}:{self.line}"


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def page(name: str) -> Path:
    return ROOT / name


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def blocks(path: Path, language: str = "") -> list[Block]:
    """Return the fenced blocks of a page, all of them or those in one language."""
    text = text_of(path)
    found = []
    for match in _FENCE.finditer(text):
        info = match["info"].strip()
        title = _TITLE.search(info)
        found.append(
            Block(
                path,
                text.count("\n", 0, match.start()) + 1,
                info.partition(" ")[0],
                title[1] if title else "",
                match["text"],
            )
        )
    return [block for block in found if language in {"", block.language}]


def prose(path: Path) -> str:
    """Return a page without its fenced blocks."""
    return _FENCE.sub("", text_of(path))


def spans(path: Path) -> list[str]:
    """Return what stands in single backticks."""
    return re.findall(r"(?<!`)`([^`\n]+)`(?!`)", prose(path))


def tables(path: Path, heading: str) -> list[list[str]]:
    """Return the rows of the first table below a heading, without its head, as cells."""
    below = text_of(path).split(f"\n{heading}\n", 1)
    assert len(below) == 2, f"{name_of(path)} has no heading {heading!r}"
    rows = []
    for line in below[1].splitlines():
        if line.startswith("|"):
            cells = re.split(r"(?<!\\)\|", line.strip().strip("|"))
            rows.append([cell.strip() for cell in cells])
        elif rows or line.startswith("#"):
            break
    assert len(rows) > 2, f"{name_of(path)} has no table below {heading!r}"
    return rows[2:]


def said() -> str:
    """Return all that the code says in words; an ellipsis stands for what differs each time."""
    places = [*(ROOT / "posframe").rglob("*.py"), *(ROOT / "terminal_ui").rglob("*.py")]
    source = " ".join("".join(text_of(path) for path in places).split())
    return re.sub(r'"\s+f?"', "", re.sub(r"\{[^{}]*\}", "…", source))
