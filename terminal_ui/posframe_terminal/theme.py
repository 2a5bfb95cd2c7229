"""Themes: what the style names of ``paint`` look like. Data only; ``canvas`` reads it.

Colour is never the only sign: a newest line also carries ``>``, a void ``--``, a message ``!``.
Every pair of colours with words in it has a contrast of at least 7 to 1, ``mono`` excepted,
whose sixteen colours are the terminal's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeAlias

import attrs

Theme: TypeAlias = Mapping[str, str]
"""Style name to attributes and colours, as ``bold #ffffff on #000000``."""

_SEVERITIES: Final = ("info", "good", "warning", "error")


@attrs.frozen(kw_only=True, eq=False, repr=False)
class _Palette:
    ground: str
    raised: str
    """Ground of head, bars and boxes."""
    text: str
    dim: str
    accent: str
    info: str
    good: str
    warning: str
    error: str
    newest: str
    """Text and ground of the newest line."""
    banner: str


def _theme(p: _Palette) -> Theme:
    ground, raised = f" on {p.ground}", f" on {p.raised}"
    words = {"info": p.info, "good": p.good, "warning": p.warning, "error": p.error}
    styles = {
        "text": p.text + ground,
        "dim": p.dim + ground,
        "label": f"bold {p.accent}{ground}",
        "rule": p.dim + ground,
        "column": f"bold {p.dim}{ground}",
        "head": p.text + raised,
        "banner": f"bold {p.banner}",
        "line": p.text + ground,
        "line.new": f"bold {p.newest}",
        "line.void": f"strike {p.dim}{ground}",
        "note": p.good + ground,
        "total": f"bold {p.text}{ground}",
        "quick": p.text + ground,
        "entry": f"bold {p.text}{ground}",
        "entry.prompt": f"bold {p.accent}{ground}",
        "entry.refused": f"{p.error}{ground}",
        "entry.meaning": p.info + ground,
        "key": f"bold {p.accent}{raised}",
        "key.label": p.text + raised,
        "key.off": p.dim + raised,
        "box.text": p.text + raised,
        "box.dim": p.dim + raised,
        "box.key": f"bold {p.accent}{raised}",
        "box.current": f"bold {p.newest}",
        "under": p.dim + ground,
        "qr": "#000000 on #ffffff",  # cameras want dark on light
    }
    for severity in _SEVERITIES:
        bold = "bold " if severity in ("warning", "error") else ""
        styles[severity] = f"{bold}{words[severity]}{ground}"
        styles[f"head.{severity}"] = f"{bold}{words[severity]}{raised}"
        styles[f"device.{severity}"] = f"{bold}{words[severity]}{raised}"
        styles[f"box.{severity}"] = f"bold {words[severity]}{raised}"
    return styles


DARK: Final = _theme(
    _Palette(
        ground="#0e1216",
        raised="#1c242c",
        text="#e8ecf0",
        dim="#aab4be",
        accent="#ffd479",
        info="#a8d4ff",
        good="#9fe0a8",
        warning="#ffcf66",
        error="#ffaea6",
        newest="#0e1216 on #cfe6ff",
        banner="#1a1200 on #ffcf66",
    )
)
LIGHT: Final = _theme(
    _Palette(
        ground="#ffffff",
        raised="#eceff2",
        text="#14181c",
        dim="#444c54",
        accent="#523600",
        info="#0a3a75",
        good="#0c4420",
        warning="#5c3200",
        error="#8a0812",
        newest="#ffffff on #0a3a75",
        banner="#ffffff on #6e3600",
    )
)
HIGH_CONTRAST: Final = _theme(
    _Palette(
        ground="#000000",
        raised="#000000",
        text="#ffffff",
        dim="#f0f0f0",
        accent="#ffff00",
        info="#ffffff",
        good="#b0ffb0",
        warning="#ffff00",
        error="#ffc8c0",
        newest="#000000 on #ffff00",
        banner="#000000 on #ffffff",
    )
)


def _mono() -> Theme:
    """Sixteen colours at most, and each meaning also an attribute or a sign."""
    styles = dict.fromkeys(DARK, "white on black")
    styles |= dict.fromkeys(
        ("total", "label", "entry", "column", "entry.prompt"), "bold white on black"
    )
    styles |= dict.fromkeys(("line.new", "box.current", "banner", "qr"), "black on white")
    styles |= dict.fromkeys(("key", "box.key"), "bold white on black")
    colours = {"info": "white", "good": "white", "warning": "bold yellow", "error": "bold red"}
    for severity, colour in colours.items():
        for name in (severity, f"head.{severity}", f"device.{severity}", f"box.{severity}"):
            styles[name] = f"{colour} on black"
    return styles


MONO: Final = _mono()

THEMES: Final[Mapping[str, Theme]] = {
    "dark": DARK,
    "light": LIGHT,
    "high-contrast": HIGH_CONTRAST,
    "mono": MONO,
}
