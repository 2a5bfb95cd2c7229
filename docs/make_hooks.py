"""Writes ``docs/plugins/hooks.md`` from the hook specifications, which are the contract itself.

Run it after a change of ``posframe/kernel/hookspecs.py``: ``python docs/make_hooks.py``. It reads
sources and imports nothing of posframe, so it runs anywhere.
"""

from __future__ import annotations

import ast
import re
import textwrap
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
SPECS: Final = ROOT / "posframe" / "kernel" / "hookspecs.py"
TARGET: Final = ROOT / "docs" / "plugins" / "hooks.md"
PLACES: Final = (
    ("posframe", ROOT / "posframe" / "defaults.py"),
    ("payments", ROOT / "plugins" / "payments" / "posframe_payments" / "plugin.py"),
    ("loyalty", ROOT / "plugins" / "loyalty" / "posframe_loyalty" / "plugin.py"),
    ("inventory", ROOT / "plugins" / "inventory" / "posframe_inventory" / "plugin.py"),
    ("terminal", ROOT / "terminal_ui" / "posframe_terminal" / "plugin.py"),
)
"""The plugins of this repository by the name they have in till.toml, and where each is written."""

SHAPES: Final = (
    ("Collect", "Every plugin contributes, once at start."),
    ("Answer", "The first answer that is not `None` wins, in the order of `plugins.enable`."),
    ("Judge", "Every plugin is asked; the first objection refuses the action."),
    ("Join", "Every plugin may add something."),
    ("Tell", "Every plugin is told afterwards; nothing comes back."),
)

HEAD: Final = """\
# Hooks

Made by `python docs/make_hooks.py` from `posframe/kernel/hookspecs.py`: change it there.

"""


def page() -> str:
    """Return the whole page."""
    tree = ast.parse(SPECS.read_text(encoding="utf-8"))
    specs = [
        node
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("posframe_")
    ]
    users, asked = _users(), _asked()
    parts = [HEAD + _prose(ast.get_docstring(tree) or "")]
    parts.append("\n".join(["| Hook | Shape | In one line |", "|---|---|---|", *map(_row, specs)]))
    for shape, words in SHAPES:
        parts.append(f"## {shape}\n\n{words}")
        parts += [_section(spec, users, asked) for spec in specs if _shape(spec) == shape]
    return "\n\n".join(parts) + "\n"


def _row(spec: ast.FunctionDef) -> str:
    first = _words(spec).partition("\n")[0]
    return f"| [`{spec.name}`](#{spec.name}) | {_shape(spec)} | {_prose(first)} |"


def _section(spec: ast.FunctionDef, users: dict[str, list[str]], asked: set[str]) -> str:
    used = users.get(spec.name, [])
    names = ", ".join(f"`{name}`" for name in used) if used else "none of the bundled plugins"
    words = [
        f"### {spec.name}",
        f"```python\n{_signature(spec)}\n```",
        _prose(_words(spec)),
        f"Implemented by: {names}.",
    ]
    if spec.name not in asked:
        words.append("**Not asked yet:** it is specified, and this version never calls it.")
    return "\n\n".join(words)


def _signature(spec: ast.FunctionDef) -> str:
    assert spec.returns is not None, f"{spec.name} says what it returns"
    flat = f"def {spec.name}({ast.unparse(spec.args)}) -> {ast.unparse(spec.returns)}"
    if len(flat) <= 92:
        return flat
    arguments = "".join(f"    {ast.unparse(each)},\n" for each in spec.args.args)
    return f"def {spec.name}(\n{arguments}) -> {ast.unparse(spec.returns)}"


def _shape(spec: ast.FunctionDef) -> str:
    return (ast.get_docstring(spec) or "").partition(":")[0]


def _words(spec: ast.FunctionDef) -> str:
    """Return the docstring without the name of its shape, beginning with a capital letter."""
    words = (ast.get_docstring(spec) or "").partition(":")[2].strip()
    return words[:1].upper() + words[1:]


def _prose(text: str) -> str:
    """Return a docstring as Markdown: names in single backticks, paragraphs on one line each."""
    paragraphs = textwrap.dedent(text).strip().split("\n\n")
    return "\n\n".join(" ".join(each.split()) for each in paragraphs).replace("``", "`")


def _users() -> dict[str, list[str]]:
    """Return which plugin implements which hook."""
    found: dict[str, list[str]] = {}
    for name, path in PLACES:
        tree = ast.parse(path.read_text(encoding="utf-8")) if path.exists() else ast.Module([], [])
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("posframe_"):
                found.setdefault(node.name, []).append(name)
    return found


def _asked() -> set[str]:
    """Return the hooks that the code asks for by name."""
    found: set[str] = set()
    for folder in ("posframe", "terminal_ui"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            if path != SPECS:
                text = path.read_text(encoding="utf-8")
                found.update(re.findall(r"[\"'](posframe_[a-z_]+)[\"']", text))
    return found


if __name__ == "__main__":
    TARGET.write_text(page(), encoding="utf-8")
