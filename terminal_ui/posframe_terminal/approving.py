"""Approving: who answers for what was refused, and why; then it is asked for once more."""

from __future__ import annotations

from typing import Any

import attrs

from posframe import RuleViolation


@attrs.define
class Approving:
    """A command that only lacks an approval, and what was typed about it so far."""

    command: Any
    words: str
    """What somebody has to answer for."""
    screen: str = ""
    """Where it leads once it is done; empty: to what the sale calls for."""
    back: str = ""
    """Where Esc leads."""
    approver: str = ""

    @property
    def field(self) -> str:
        """The field that is filled next."""
        return "reason" if self.approver else "name"

    def fill(self, text: str) -> Any:  # noqa: ANN401 - the command, or None
        """Take ``text`` as the next field; return the command once both are there.

        Raises:
            RuleViolation: the name is empty. A reason may be: that of the command counts.
        """
        text = text.strip()
        if self.approver:
            return attrs.evolve(self.command, approver=self.approver, approval_reason=text)
        if not text:
            raise RuleViolation("The name is missing", hint="type who answers for it, then Enter")
        self.approver = text
        return None
