"""The devices of a till: settings, rights, names that stay, how they stand, and what they print.

A till that runs is asked how its devices stand, since it has them. Otherwise each is connected
once, as the till would; what is only a file or a folder is not, since that would make it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import anyio

from posframe.devices import hardware_report
from posframe.doctor.check import BROKEN, OK, WARN, Check
from posframe.door import ask_devices
from posframe.errors import ConfigurationError, JournalBusy
from posframe.hal.entries import UNHEARD, check_entry
from posframe.hal.facts import DeviceState
from posframe.hal.hardware import Hardware, is_connector
from posframe.hal.letters import SIGNS, letters_of
from posframe.hal.udev import RULES_FILE, rule_for
from posframe.store.running import lock_holder
from posframe.till import LOCK_FILE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from posframe.config import DeviceEntry, TillConfig
    from posframe.devices import DeviceReport
    from posframe.doctor.surroundings import Surroundings
    from posframe.hal.hardware import DevicePlan

SETTLE_S = 12.0
"""Longest wait for all devices to say how they stand."""
_UNSETTLED = {DeviceState.CLOSED, DeviceState.CONNECTING}
_RESULTS = {"ready": OK, "warning": WARN, "blocked": WARN, "connecting": WARN, "closed": OK}
"""What states come to; all others are broken."""
_PATHS = frozenset({"serial", "evdev", "hidraw", "file"})
"""Transports whose address is the path of a device file."""
_CHANGING = ("/dev/ttyUSB", "/dev/ttyACM", "/dev/input/event", "/dev/hidraw")
"""Names that the system gives in the order in which things are plugged in."""


def checks(config: TillConfig, around: Surroundings) -> Iterator[Check]:
    """Look at every device, in the order of till.toml."""
    if not config.devices:
        yield Check("devices", OK, "this till has none")
        return
    plans, broken = _plans(config)
    reports = _reports(config, plans)
    for name, entry in config.devices.items():
        if name in broken:
            yield broken[name]
            continue
        yield _stands(name, entry, reports.get(name), config)
        plan = plans.get(name)
        if plan is not None:
            found = (
                _rights(plan, config, around),
                _stable(plan, around),
                _grabbed(plan),
                _letters(plan, config),
            )
            yield from (each for each in found if each is not None)


def _plans(config: TillConfig) -> tuple[dict[str, DevicePlan], dict[str, Check]]:
    """Return how each device is reached, and what is wrong with the settings of the others."""
    plans: dict[str, DevicePlan] = {}
    broken: dict[str, Check] = {}
    for name in config.devices:
        try:
            plan = check_entry(name, config.devices, config.folder)
        except ConfigurationError as error:
            broken[name] = Check(f"device {name}", BROKEN, error.message, error.hint)
        else:
            if plan is not None:
                plans[name] = plan
    return plans, broken


def _reports(config: TillConfig, plans: Mapping[str, DevicePlan]) -> dict[str, DeviceReport]:
    """Return how the devices stand, as far as that can be known without changing anything."""
    try:
        told = ask_devices(config.folder)
    except JournalBusy:
        told = ()
    if told is not None:
        return {report.name: report for report in told}
    if lock_holder(config.folder / LOCK_FILE):
        return {}
    real = {name: config.devices[name] for name, plan in plans.items() if not _is_soft(plan)}
    for name, entry in config.devices.items():
        if is_connector(entry) and entry.uri.partition("//")[2].partition("?")[0] in real:
            real[name] = entry
    return anyio.run(_connected, real, config.folder) if real else {}


async def _connected(entries: Mapping[str, DeviceEntry], folder: Path) -> dict[str, DeviceReport]:
    hardware = Hardware(entries, folder)
    news = anyio.Event()

    def changed(_event: object) -> None:
        news.set()

    hardware.bus.listen(changed)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(hardware.run)
        with anyio.move_on_after(SETTLE_S):
            while any(each.state in _UNSETTLED for each in hardware.devices.values()):
                await news.wait()
                news = anyio.Event()
        reports = {name: hardware_report(hardware, name) for name in entries}
        tasks.cancel_scope.cancel()
    return reports


def _is_soft(plan: DevicePlan) -> bool:
    """Tell whether opening a device would make a file or a folder, or play something back."""
    if plan.uri.transport == "file":
        return not plan.uri.address.removeprefix("//").startswith("/dev/")
    return plan.uri.transport in {"virtual", "replay", "memory"}


def _stands(
    name: str, entry: DeviceEntry, report: DeviceReport | None, config: TillConfig
) -> Check:
    title = f"device {name}"
    if report is None:
        if lock_holder(config.folder / LOCK_FILE):
            return Check(title, OK, f"{entry.uri}: the running till has it and does not tell more")
        return Check(title, OK, f"{entry.uri}: in software, not opened")
    words = f"{report.state}: {report.reason}" if report.reason else report.state
    result = _RESULTS.get(report.state, BROKEN)
    if result == OK:
        return Check(title, OK, f"{words}, {entry.uri}")
    return Check(
        title, result, words, report.hint or f"posframe hal test {name} --till {config.folder}"
    )


def _rights(plan: DevicePlan, config: TillConfig, around: Surroundings) -> Check | None:
    """Look whether the user may use the device file, or will when it is there."""
    rule = rule_for(str(plan.uri))
    if around.is_root or not rule:
        return None
    title = f"device {plan.name} rights"
    path = Path(plan.uri.address.removeprefix("//"))
    group = rule.partition('GROUP="')[2].partition('"')[0]
    if plan.uri.transport in _PATHS and path.exists():
        if around.allowed(path):
            return None
        words = f"this user may not use {path}"
        fix = f"posframe hal udev --till {config.folder} --install"
        return Check(title, BROKEN, words, f"{fix}; or: sudo usermod -aG {group} $USER")
    if group in around.groups() or Path(RULES_FILE).exists():
        return None
    words = f"this user is not in group {group}, and no rule lets it at the device"
    return Check(title, WARN, words, f"sudo usermod -aG {group} $USER, then log in again")


def _stable(plan: DevicePlan, around: Surroundings) -> Check | None:
    """Look whether the device is named by what it is, and not by when it was plugged in."""
    path = plan.uri.address.removeprefix("//")
    if plan.uri.transport not in _PATHS or not path.startswith(_CHANGING):
        return None
    name = around.stable_name(path)
    words = f"{path} may be another device after the next plugging in or start"
    if not name:
        fix = "plug it in, then: posframe hal scan"
    else:
        fix = f'in till.toml: uri = "{plan.uri.driver}+{plan.uri.transport}:{name}"'
    return Check(f"device {plan.name} name", WARN, words, fix)


def _grabbed(plan: DevicePlan) -> Check | None:
    """Look whether what types is kept from all other programs."""
    if plan.uri.transport != "evdev" or plan.line_options.get("grab", "yes").lower() in _YES:
        return None
    words = "what it types also goes to every other program: a scan can land in a password"
    fix = f"take grab out of devices.{plan.name} in till.toml"
    return Check(f"device {plan.name} grab", WARN, words, fix)


_YES = frozenset({"yes", "true", "1"})


def _letters(plan: DevicePlan, config: TillConfig) -> Check | None:
    """Look whether a device has the letters of the shop's language, a printer the currency's sign.

    The driver is made for this, and not connected.
    """
    if plan.spec.device_class not in _FIXES:
        return None
    doing, fix = _FIXES[plan.spec.device_class]
    wanted = letters_of(config.till.language)
    if plan.spec.device_class == "printer":
        wanted = SIGNS.get(config.till.currency, "") + wanted
    driver: Any = plan.driver(UNHEARD)
    missing = driver.unprintable(wanted)
    if not missing:
        return None
    profile = getattr(plan.options, "profile", "")
    with_what = f"with profile {profile} " if profile else ""
    words = f"{with_what}this {plan.spec.device_class} cannot {doing} {' '.join(missing)}"
    return Check(f"device {plan.name} letters", WARN, words, fix)


_FIXES = {
    "printer": ("print", "choose its own profile: posframe hal profiles"),
    "display": ("show", "set its option encoding to a table that it has them in"),
}
"""By class of device: what it does with letters, and what to do where it lacks some."""
