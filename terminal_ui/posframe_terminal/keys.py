"""Keys: which key does what where, in one table that is checked once at start.

Actions come from the terminal and from plugins; a key map of the shop rebinds them by id.
The footer, the help screen and the printed card (``keycard``) are all read from this table.
What an action does is left to ``pump`` and to the till behind it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from posframe import ConfigurationError
from posframe_terminal.keynames import canonical, fault_of_key, label_of_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

EVERYWHERE: Final = "*"
"""The context of actions that work on every screen, unless the screen's owner says otherwise."""


@attrs.frozen(kw_only=True)
class Action:
    """One thing an operator can do by a key: named once, bound by the table."""

    id: str
    """Permanent dotted name, such as ``sale.void``."""
    label: str
    """One word for the footer."""
    keys: tuple[str, ...] = ()
    """Default keys; an action without keys is reached by its name: ``.sale.void``."""
    contexts: tuple[str, ...] = (EVERYWHERE,)
    """Screens it works on."""
    run: str = ""
    """Empty: the till is asked by id. ``show:find``: a screen is shown. ``local:…``: see pump."""
    permission: str = ""
    """What the till will ask of the operator; empty: nothing."""
    plugin: str = "terminal"
    help: str = ""
    """One sentence for the help screen."""
    on_empty_only: bool = False
    """Its character is text once the entry holds something, as ``/`` is in ``199 / 20``."""
    footer: bool = True
    """Worth a place in the footer."""


@attrs.frozen(eq=False)
class Hint:
    """One key as it is shown: ``F2`` ``Find``."""

    key: str
    label: str
    action: str
    help: str
    in_footer: bool = True


class KeyTable:
    """The checked table ``{(context, key): Action}``; made by ``build_table``."""

    def __init__(
        self,
        actions: Iterable[Action],
        bound: Mapping[tuple[str, str], Action],
        *,
        numbered_commands: bool = False,
    ) -> None:
        self._actions = {action.id: action for action in actions}
        self._bound = dict(bound)
        self._numbered = numbered_commands
        self._hints: dict[str, tuple[Hint, ...]] = {}

    def find(self, context: str, key: str) -> Action | None:
        """Return what ``key`` does on the screen ``context``."""
        return self._bound.get((context, key)) or self._bound.get((EVERYWHERE, key))

    def command(self, name: str) -> Action | None:
        """Return the action called by name: its id, the id's last part, or an F key's number."""
        if self._numbered and name.isdecimal():
            return next((a for a in self._actions.values() if f"f{int(name)}" in a.keys), None)
        named = [a for a in self._actions.values() if name in (a.id, a.id.rpartition(".")[2])]
        return named[0] if len(named) == 1 else None

    def hints(self, context: str) -> tuple[Hint, ...]:
        """Return the keys of a screen in the order in which people look for them."""
        if context not in self._hints:
            self._hints[context] = tuple(self._hints_of(context))
        return self._hints[context]

    def key_text(self, action_id: str, context: str) -> str:
        """Return the name of the action's key on a screen, empty when it has none."""
        return next((hint.key for hint in self.hints(context) if hint.action == action_id), "")

    def offered(self, context: str) -> tuple[Hint, ...]:
        """Return all that can be done on a screen by label, with the key or the typed name."""
        own = [
            action
            for action in self._actions.values()
            if context in action.contexts and not action.run.startswith("local:")
        ]
        return tuple(
            Hint(
                self.key_text(action.id, context) or f".{action.id}",
                action.label,
                action.id,
                action.help,
            )
            for action in sorted(own, key=lambda action: action.label.lower())
        )

    @property
    def actions(self) -> tuple[Action, ...]:
        """Every action, bound or not."""
        return tuple(self._actions.values())

    @property
    def acting(self) -> str:
        """The characters which are keys of some action: intake holds them back a moment."""
        labels = {label_of_key(key) for _, key in self._bound}
        return "".join(sorted(label for label in labels if len(label) == 1))

    def _hints_of(self, context: str) -> list[Hint]:
        first: dict[str, str] = {}
        for where, key in self._bound:
            action = self.find(context, key)
            if where in (context, EVERYWHERE) and action is not None:
                first.setdefault(action.id, key)
        ordered = sorted(first.items(), key=lambda pair: _place_of_key(pair[1]))
        return [self._hint(self._actions[id_], key) for id_, key in ordered]

    def _hint(self, action: Action, key: str) -> Hint:
        return Hint(
            label_of_key(key), action.label, action.id, action.help, in_footer=action.footer
        )


def build_table(
    actions: Sequence[Action],
    *,
    contexts: Iterable[str],
    keymap: Mapping[str, Sequence[str]] | None = None,
    numbered_commands: bool = False,
) -> KeyTable:
    """Bind every action, with the key map's keys in place of its own.

    Raises:
        ConfigurationError: ids unknown or given twice, keys that do not exist or must not be
            bound, screens unknown, and clashes: all of them in one message, a line each.
    """
    keymap = keymap or {}
    faults = [*_repeated_ids(actions), *_unknown_ids(actions, keymap)]
    bound: dict[tuple[str, str], Action] = {}
    known = {EVERYWHERE, *contexts}
    for action in actions:
        faults += _bind(action, keymap.get(action.id, action.keys), known, bound)
    faults += _stolen(bound)
    if faults:
        raise ConfigurationError("\n".join(faults), hint="mend the key map or the plugin")
    return KeyTable(actions, bound, numbered_commands=numbered_commands)


def _bind(
    action: Action,
    keys: Sequence[str],
    known: set[str],
    bound: dict[tuple[str, str], Action],
) -> Iterator[str]:
    """Bind one action; yield what is wrong with it."""
    for context in action.contexts:
        if context not in known:
            yield f"{_named(action)} works on {context!r}, a screen that does not exist"
    for written in keys:
        if fault := fault_of_key(written):
            yield f"{_named(action)}: {fault}"
            continue
        key = canonical(written)
        for context in action.contexts:
            holder = bound.setdefault((context, key), action)
            if holder is not action:
                yield _clash(key, context, holder, action)


def _stolen(bound: Mapping[tuple[str, str], Action]) -> Iterator[str]:
    """Yield keys that work everywhere and which another plugin takes on one screen."""
    for (context, key), action in bound.items():
        general = bound.get((EVERYWHERE, key))
        if general is not None and context != EVERYWHERE and general.plugin != action.plugin:
            yield _clash(key, context, general, action)


def _clash(key: str, context: str, one: Action, other: Action) -> str:
    where = "every screen" if context == EVERYWHERE else context
    return f"{label_of_key(key)} on {where} is bound twice: {_named(one)} and {_named(other)}"


def _named(action: Action) -> str:
    return f"{action.id} (plugin {action.plugin})"


def _repeated_ids(actions: Sequence[Action]) -> Iterator[str]:
    first: dict[str, Action] = {}
    for action in actions:
        holder = first.setdefault(action.id, action)
        if holder is not action:
            yield f"action {action.id} comes from plugin {holder.plugin} and {action.plugin}"


def _unknown_ids(actions: Sequence[Action], keymap: Mapping[str, object]) -> Iterator[str]:
    ids = {action.id for action in actions}
    for unknown in sorted(keymap.keys() - ids):
        from difflib import get_close_matches  # not on the path of a till that starts well

        close = get_close_matches(unknown, ids, n=1, cutoff=0.5)
        suggestion = f", did you mean {close[0]!r}?" if close else ""
        yield f"the key map names {unknown!r}, which no plugin has{suggestion}"


def _place_of_key(key: str) -> tuple[int, int, str]:
    """Order Enter, F keys by number, the rest by name, and last what needs two fingers."""
    base = key.removeprefix("shift+").removeprefix("ctrl+")
    shifted = len(key) != len(base)
    if base[0] == "f" and base[1:].isdecimal():
        return (3 if shifted else 1, int(base[1:]), key)
    return (0, 0, key) if key == "enter" else (4 if shifted else 2, 0, key)
