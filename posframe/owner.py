"""A till opened by the owner of its files, for a command of ``posframe`` that writes.

Whoever may write the folder can do anything to it anyhow, so roles do not bind them: nobody has to
sign in. It is for imports, settlement and reconciliation, which no operator does at the till. What
is typed at ``posframe do`` and ``posframe script`` is an operator's, and goes another way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from posframe.config import load_config
from posframe.till import Till

if TYPE_CHECKING:
    from pathlib import Path

OWNER: Final = "owner"
"""Who did it, in the journal of a till where operators sign in; no operator has this id."""


def open_as_owner(folder: Path) -> Till:
    """Open the till in ``folder``; it must not be running.

    Raises:
        PosframeError: the till cannot start; the message says what to do.
    """
    config = load_config(folder)
    if config.operators.sign_in:
        config = attrs.evolve(
            config,
            operators=attrs.evolve(config.operators, sign_in=False),
            till=attrs.evolve(config.till, operator=OWNER),
        )
    return Till(config)
