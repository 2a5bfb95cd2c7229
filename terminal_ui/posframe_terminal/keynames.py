"""Names of keys: as people write them in a key map, as the table holds them, as screens show them.

Which key exists and which must never be bound is said here; what is bound is left to ``keys``.
"""

from __future__ import annotations

from typing import Final

_NAMED: Final = {
    "enter": "Enter",
    "escape": "Esc",
    "delete": "Del",
    "insert": "Ins",
    "home": "Home",
    "end": "End",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "up": "Up",
    "down": "Down",
    "left": "Left",
    "right": "Right",
    "backspace": "Bksp",
    "space": "Space",
}
_CHARACTERS: Final = {
    "plus": "+",
    "minus": "-",
    "asterisk": "*",
    "slash": "/",
    "percent_sign": "%",
    "equals_sign": "=",
}
_OTHER_NAMES: Final = {
    "return": "enter",
    "ctrl+j": "enter",
    "esc": "escape",
    "del": "delete",
    "ins": "insert",
    "pgup": "pageup",
    "pgdn": "pagedown",
    "add": "plus",
    "subtract": "minus",
    "multiply": "asterisk",
    "divide": "slash",
    "decimal": "full_stop",
    **{character: name for name, character in _CHARACTERS.items()},
    # Terminals send shift and an F key as the F keys from 13 on.
    **{f"f{number + 12}": f"shift+f{number}" for number in range(1, 13)},
}
_FUNCTION: Final = {f"f{number}": f"F{number}" for number in range(1, 13)}
_LABELS: Final = {
    **_NAMED,
    **_CHARACTERS,
    **_FUNCTION,
    **{
        f"{shift}+{key}": f"{short}-{label}"
        for shift, short in (("shift", "S"), ("ctrl", "C"))
        for key, label in {**_NAMED, **_FUNCTION}.items()
    },
}


def canonical(key: str) -> str:
    """Return the table's name of a key as somebody wrote it."""
    return one_name(key.strip().lower())


def one_name(key: str) -> str:
    """Return the one name of a key that a terminal has several for: keypad, shifted F keys."""
    return _OTHER_NAMES.get(key, key)


def label_of_key(key: str) -> str:
    """Return how a screen names the key."""
    return _LABELS.get(key, key)


def fault_of_key(written: str) -> str:
    """Say why a key cannot be bound; empty when it can."""
    key = canonical(written)
    if key in _LABELS:
        return ""
    if len(key) == 1 or key in ("tab", "full_stop", "comma"):
        return f"key {written!r} cannot be bound: a scan or an entry would press it"
    if key.startswith("alt+"):
        return f"key {written!r} cannot be bound: terminals turn Alt into stray characters"
    if key.startswith("ctrl+") and len(key) == len("ctrl+x"):
        return f"key {written!r} cannot be bound: scanners and terminals send it as a control byte"
    return f"there is no key {written!r}{_suggested(key)}"


def _suggested(key: str) -> str:
    from difflib import get_close_matches  # not on the path of a till that starts well

    close = get_close_matches(key, _LABELS, n=1, cutoff=0.6)
    return f", did you mean {close[0]!r}?" if close else ""
