"""The devices of a till as the bottom bar shows them: state, and what a person has to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from posframe_terminal import views

if TYPE_CHECKING:
    from collections.abc import Callable

    from posframe import Till

_SHORT = {
    "printer": "PRN",
    "drawer": "DRW",
    "scanner": "SCN",
    "scale": "SCL",
    "display": "DSP",
    "card": "CARD",
}
"""What the bottom bar calls a device at 80 columns; of any other name, the first letters."""


def device_views(till: Till, key_of: Callable[[str], str]) -> tuple[views.Device, ...]:
    """Return the devices of ``till``; ``key_of`` names the key of an action."""
    return tuple(_device(report, till, key_of) for report in till.devices.reports())


def _device(report: Any, till: Till, key_of: Callable[[str], str]) -> views.Device:  # noqa: ANN401 - a DeviceReport
    name = report.name
    shown = views.Device(short=_SHORT.get(name, name[:4].upper()), name=name.upper())
    jobs = [job for job in till.state.jobs.values() if job.device == name]
    if any(job.status.value == "unknown" for job in jobs):
        advice = f"was it done? {key_of('printed_yes')} yes, {key_of('printed_no')} no"
        return attrs.evolve(shown, state="?", severity="warning", advice=advice)
    if not report.is_well:
        words = f"{report.reason} ({report.hint})" if report.hint else report.reason
        severity: views.Severity = "warning" if report.state == "warning" else "error"
        return attrs.evolve(shown, state=report.state, severity=severity, advice=words)
    if report.state in {"closed", "connecting"}:
        return attrs.evolve(shown, state="…")
    waiting = next((job for job in jobs if job.detail), None)
    if waiting is not None:
        return attrs.evolve(shown, state="waits", severity="error", advice=waiting.detail)
    return shown
