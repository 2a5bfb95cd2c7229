"""The shadow till: the real code on a journal of its own, beside a live till that stays open.

It stands in ``training`` inside the live till's folder, with its own numbers, lock and key. Goods,
prices, taxes, plugins and offers are the live till's, read only. Its printer and drawer are files,
other devices it has none, and no plugin of it opens a line. Nobody signs in there, since who does
so at the live till is known, and selling needs no open shift. It persists until it is emptied.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any, Final

import attrs

from posframe.catalogue.finder import CatalogueFinder
from posframe.catalogue.store import Catalogue
from posframe.config import DeviceEntry
from posframe.errors import ConfigurationError, PosframeError
from posframe.hal.uri import parse_uri
from posframe.kernel.domain.kernel_permissions import MACHINE, kernel_permission_of
from posframe.store.running import lock_holder
from posframe.till import (
    BACKUP_FOLDER,
    CATALOGUE_FILE,
    JOURNAL_FILE,
    KEY_FILE,
    LOCK_FILE,
    Ports,
    Till,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from posframe.config import TillConfig
    from posframe.kernel.engine import Outcome
    from posframe.kernel.worker import Ticket

FOLDER: Final = "training"
"""The shadow till's folder, in the folder of the live one."""
PAPER: Final = "receipts"
"""Where the paper of the shadow till's printer goes, in its folder."""
_PROFILE: Final = "generic-80mm"
_OWN_FILES: Final = (
    JOURNAL_FILE,
    f"{JOURNAL_FILE}-wal",
    f"{JOURNAL_FILE}-shm",
    KEY_FILE,
    LOCK_FILE,
    BACKUP_FOLDER,
    PAPER,
)
"""All that a shadow till makes; emptying takes nothing else away."""


class ShadowTill(Till):
    """A till in training, which tells what becomes of an operator's commands."""

    answered: Callable[[Any, Outcome], None] | None = None
    """Called on the engine thread with a command and its outcome, before who listens to commits;
    what the till's own parts ask is not told."""

    def submit(
        self,
        command: Any,  # noqa: ANN401 - as in Till
        then: Callable[[Outcome], None] | None = None,
        *,
        id: str = "",  # noqa: A002 - as in Till
        lazy: bool = False,
        approvals: tuple[str, ...] = (),
    ) -> Ticket:
        """Queue a command as a till does."""

        def told(outcome: Outcome) -> None:
            if self.answered is not None:
                self.answered(command, outcome)
            if then is not None:
                then(outcome)

        is_machine = kernel_permission_of(command) == MACHINE
        follow = then if is_machine else told
        return super().submit(command, follow, id=id, lazy=lazy, approvals=approvals)


def shadow_config(live: TillConfig) -> TillConfig:
    """Return the settings of the shadow till of a live one; nothing is read or made.

    Raises:
        ConfigurationError: ``live`` is a shadow till itself.
    """
    if live.training:
        raise ConfigurationError(
            "This till is in training already", hint=".training off leads back"
        )
    return attrs.evolve(
        live,
        training=True,
        folder=live.folder / FOLDER,
        devices=_simulated(live.devices),
        till=attrs.evolve(live.till, logo=""),
        operators=attrs.evolve(live.operators, sign_in=False),
        shifts=attrs.evolve(live.shifts, needed=False),
    )


def open_shadow(live: TillConfig, ports: Ports | None = None) -> ShadowTill:
    """Open the shadow till of a live one; its folder is made where there is none.

    Args:
        live: the live till's settings.
        ports: a clock, a catalogue in memory, the practice terminal; handlers stay the shadow's.

    Raises:
        PosframeError: it cannot start; the live till is as it was.
    """
    config, given = shadow_config(live), ports or Ports()
    try:
        config.folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise ConfigurationError(
            f"{config.folder} cannot be made ({error.strerror})", hint="check its rights"
        ) from error
    _check_place(config.folder)
    catalogue = given.catalogue or _catalogue(live)
    try:
        till = ShadowTill(
            config, attrs.evolve(given, catalogue=catalogue, store=None, handlers=None)
        )
    except BaseException:
        catalogue.close()
        raise
    till.signing.is_practised = live.operators.sign_in
    return till


def empty_shadow(live: Path) -> bool:
    """Take away all that was practised at the till in a folder; tell whether there was anything.

    Raises:
        PosframeError: the shadow till is open, or its files cannot be taken away.
    """
    folder = live / FOLDER
    if not folder.exists():
        return False
    _check_place(folder)
    holder = lock_holder(folder / LOCK_FILE)
    if holder:
        raise ConfigurationError(f"{folder} is in use by {holder}", hint="leave training first")
    found = [folder / name for name in _OWN_FILES if (folder / name).exists()]
    try:
        for path in found:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    except OSError as error:
        raise ConfigurationError(
            f"{folder} cannot be emptied ({error.strerror})", hint="check its rights"
        ) from error
    return bool(found)


def paper_of(live: Path) -> tuple[Path, ...]:
    """Return what the shadow till of a folder has printed, as files of text, the oldest first."""
    return tuple(sorted((live / FOLDER / PAPER).glob("receipt-*.txt")))


def _check_place(folder: Path) -> None:
    """Refuse a folder that leads elsewhere: what is practised stays in it, and is emptied there."""
    if folder.is_symlink() or not folder.is_dir():
        raise ConfigurationError(f"{folder} is no folder of its own", hint="move it away")


def _simulated(devices: dict[str, DeviceEntry]) -> dict[str, DeviceEntry]:
    """Return printer and drawer, where the live till has them, as files; nothing else."""
    found: dict[str, DeviceEntry] = {}
    if "printer" in devices:
        options = {"profile": _profile(devices["printer"])}
        found["printer"] = DeviceEntry(uri=f"escpos+virtual:{PAPER}", options=options)
        if "drawer" in devices:
            found["drawer"] = DeviceEntry(uri="drawer+on://printer")
    return found


def _profile(printer: DeviceEntry) -> str:
    """Return the paper that the live printer has, as far as it is told by a profile."""
    try:
        uri = parse_uri(printer.uri)
    except PosframeError:
        return _PROFILE
    given = {**uri.options, **printer.options}.get("profile", "")
    return str(given) if given and uri.driver == "escpos" else _PROFILE


def _catalogue(live: TillConfig) -> CatalogueFinder:
    path, currency = live.folder / CATALOGUE_FILE, live.till.currency
    if not path.exists():
        return CatalogueFinder(Catalogue.in_memory(currency=currency), live.barcodes, None)
    found = Catalogue.open(path, currency=currency, read_only=True)
    return CatalogueFinder(found, live.barcodes, path)
