"""A plugin of this till, and how it has behaved since the start."""

from __future__ import annotations

from typing import Any

import attrs

from posframe.kernel.contracts import Criticality

FAULTS_MAX = 3


@attrs.define(eq=False)
class ActivePlugin:
    """One plugin of this till, and how it has behaved since the start."""

    name: str
    version: str
    plugin: Any
    criticality: Criticality = "degradable"
    distribution: str = ""
    faults: int = 0
    last_fault: str = ""
    calls: int = 0
    sampled: int = 0
    sampled_ns: int = 0

    @property
    def quarantined(self) -> bool:
        """Tell whether it is left out until the next start."""
        return self.faults >= FAULTS_MAX and self.criticality != "required"


@attrs.frozen
class Fault:
    """One failure of a plugin that the sale went on without."""

    plugin: ActivePlugin
    hook: str
    message: str
