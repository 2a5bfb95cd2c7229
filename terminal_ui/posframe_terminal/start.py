"""Start: opens the till, puts a screen or plain lines on it, closes it whatever happens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posframe import ConfigurationError, Till

if TYPE_CHECKING:
    from pathlib import Path

    from posframe_terminal.keys import Action, KeyTable


def start(folder: Path, *, line_mode: bool = False) -> int:
    """Sell at the till in ``folder`` until it is left; return the exit status.

    Raises:
        PosframeError: the till cannot start; the message says what to do.
    """
    with Till.open(folder) as till:
        if "terminal" not in till.config.enabled:
            raise ConfigurationError(
                "This till has no terminal", hint='add "terminal" to plugins.enable in till.toml'
            )
        if line_mode:
            from posframe_terminal.line import sell

            return sell(till)
        return _screen(till)


def _screen(till: Till) -> int:
    from posframe_terminal.launch import make_app, prepare_environment, run

    prepare_environment()
    from posframe_terminal.counter import Counter

    counter = Counter(till)
    with till.door():
        app = make_app(counter, key_table(till), meaning=counter.meaning, theme=_theme(till))
        why = run(app)
    till.drain()
    if why:
        print(why)  # noqa: T201 - the screen is gone; this is the last word
    return 0


def key_table(till: Till) -> KeyTable:
    """Return the till's keys, checked.

    Raises:
        ConfigurationError: ids or keys are unknown, or clash; all in one message.
    """
    from posframe_terminal.actions import PRESETS, TERMINAL
    from posframe_terminal.keys import build_table
    from posframe_terminal.paint.screens import Screens

    preset = PRESETS.get(till.config.ui.keymap)
    if preset is None:
        raise ConfigurationError(
            f"ui.keymap {till.config.ui.keymap!r} is unknown", hint=f"one of: {', '.join(PRESETS)}"
        )
    actions = (*TERMINAL, *_offered(till, {action.id for action in TERMINAL}))
    return build_table(
        actions,
        contexts=Screens(),
        keymap={**preset.keymap, **till.config.ui.keys},
        numbered_commands=preset.numbered_commands,
    )


def _offered(till: Till, own: set[str]) -> list[Action]:
    """Return the actions of kernel and plugins; what the terminal does itself stays its own."""
    from posframe_terminal.keys import Action

    return [
        Action(
            id=action.id,
            label=action.label,
            keys=action.keys,
            contexts=_contexts(action.contexts),
            permission=action.permission,
            plugin=plugin,
            help=action.help,
        )
        for plugin, action in till.parts.actions
        if action.id not in own
    ]


def _contexts(contexts: tuple[str, ...]) -> tuple[str, ...]:
    """Let what works while selling also work while the change is still shown."""
    return (*contexts, "change") if "sale" in contexts and "change" not in contexts else contexts


def _theme(till: Till) -> str:
    import os

    bare = os.environ.get("TERM", "") in {"linux", "vt220", "vt100"}
    return "" if bare else till.config.ui.theme
