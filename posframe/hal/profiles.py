"""Printer profiles: what one model of receipt printer can do, as data.

Our own small table is read first, then the capability database of python-escpos where that package
is installed: as a file, without importing it. Bytes are made from a profile by the codec.

A profile promises nothing that its model may lack: whoever claims a confirmation that never comes
makes every receipt an unknown one.
"""

from __future__ import annotations

import codecs
import difflib
import functools
import importlib.util
import json
import tomllib
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs

from posframe.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


@attrs.frozen
class CodePage:
    """One character table of a printer."""

    encoding: str
    """Python's name of the encoding."""
    number: int
    """What ``ESC t`` calls it on this model (Star: ``ESC GS t``)."""


def _choice(*allowed: str) -> Any:  # noqa: ANN401 - attrs' own type for a validator
    return attrs.validators.in_(allowed)


def _within(least: int, most: int) -> Callable[[object, attrs.Attribute[int], object], None]:
    def check(_profile: object, field: attrs.Attribute[int], value: object) -> None:
        if type(value) is not int or not least <= value <= most:
            raise ValueError(
                f"{field.name} is a whole number from {least} to {most}, not {value!r}"
            )

    return check


def _truth(_profile: object, field: attrs.Attribute[bool], value: object) -> None:
    """Check a promise: a text such as ``"no"`` would be taken for one that nobody made."""
    if not isinstance(value, bool):
        raise TypeError(f"{field.name} is true or false, not {value!r}")


@attrs.frozen(kw_only=True)
class PrinterProfile:
    """What one model of receipt printer can do."""

    name: str
    title: str = ""
    language: str = attrs.field(default="escpos", validator=_choice("escpos", "star"))
    """The commands it obeys: ESC/POS, or Star Line Mode."""
    columns: int = attrs.field(default=42, validator=_within(8, 256))
    """Columns of font A, which receipts are printed in."""
    dots: int = attrs.field(default=512, validator=_within(64, 4096))
    """Printable width in dots."""
    pages: tuple[CodePage, ...] = (CodePage("cp437", 0),)
    """Character tables, the preferred one first."""
    cutter: str = attrs.field(default="partial", validator=_choice("none", "partial", "full"))
    native_qr: bool = attrs.field(default=True, validator=_truth)
    """The printer draws QR codes itself; otherwise they are sent as pictures, slower to make."""
    native_barcodes: bool = attrs.field(default=True, validator=_truth)
    """The printer draws barcodes itself; otherwise their data is printed as text."""
    qr_module_dots: int = attrs.field(default=6, validator=_within(1, 16))
    """Largest QR module; codes that would be too wide get smaller ones."""
    raster_rows_max: int = attrs.field(default=255, validator=_within(8, 2303))
    """Rows of a picture sent in one command: small buffers overflow on more."""
    kanji: str = attrs.field(default="", validator=_choice("", "gb18030"))
    """Double-byte characters it prints, if any. GB18030 means the two-byte ones only."""
    kanji_switch: str = attrs.field(default="inline", validator=_choice("inline", "stay"))
    """``stay``: ``FS &`` acts from the next line only, so everything is sent in kanji mode."""
    cancels_kanji: bool = attrs.field(default=False, validator=_truth)
    """``FS .`` follows each ``ESC @``, which puts Chinese models back into kanji mode."""
    asb: bool = attrs.field(default=False, validator=_truth)
    """It tells changes of its state by itself; otherwise it is asked every few seconds."""
    fence: str = attrs.field(default="none", validator=_choice("none", "gs_r", "process_id", "etb"))
    """How it confirms what it has printed: ``GS r``, ``GS ( H`` or, by Star printers, ``ETB``."""
    buffer_clear: bool = attrs.field(default=False, validator=_truth)
    """``DLE DC4 8`` takes back what it has not printed yet."""
    real_time_pulse: bool = attrs.field(default=False, validator=_truth)
    """``DLE DC4 1`` opens the drawer even while it cannot print."""
    buzzer: bool = attrs.field(default=False, validator=_truth)
    """``ESC B`` sounds a buzzer, as many clones have one."""


def load_profile(name: str, overrides: Mapping[str, object] | None = None) -> PrinterProfile:
    """Return the profile called ``name``, with the fields in ``overrides`` replaced.

    Raises:
        ConfigurationError: no such profile or field, with the nearest name; or a wrong value.
    """
    profile = _named(name)
    return attrs.evolve(profile, **_fields(name, overrides)) if overrides else profile


def profile_names() -> tuple[str, ...]:
    """Return every name that `load_profile` knows, our own first."""
    return (*sorted(_own()), *sorted(set(_escpos_database()) - set(_own())))


def require_language(profile: PrinterProfile, language: str) -> None:
    """Refuse a profile whose printer obeys other commands than ``language``.

    Raises:
        ConfigurationError: it does; the hint names the driver that speaks them.
    """
    if profile.language != language:
        raise ConfigurationError(
            f"Printer {profile.name!r} speaks {_LANGUAGES[profile.language]},"
            f" not {_LANGUAGES[language]}",
            hint=f"use the driver {profile.language}, as in {profile.language}+tcp://ADDRESS,"
            " or switch the printer to the other commands and take a generic profile",
        )


_LANGUAGES = {"escpos": "ESC/POS", "star": "Star Line Mode"}


# Western pages with the euro sign first, then by how many languages a page serves. A language that
# needs another page brings it to the front: see `page_order`.
_PREFERENCE = (
    "cp858", "cp1252", "iso8859-15", "cp850", "cp437", "cp852", "cp1250", "iso8859-2", "cp1257",
    "cp775", "cp866", "cp1251", "cp1125", "cp855", "cp737", "cp1253", "iso8859-7", "cp869", "cp857",
    "cp1254", "cp860", "cp863", "cp865", "cp861", "cp862", "cp1255", "cp874",
)  # fmt: skip

_LANGUAGE_PAGES = {
    **dict.fromkeys(("lt", "lv", "et"), ("cp1257", "cp775")),
    **dict.fromkeys(("pl", "cs", "sk", "hu", "sl", "hr", "ro", "sq", "bs"), ("cp852", "cp1250")),
    **dict.fromkeys(("ru", "bg", "be", "sr", "mk"), ("cp866", "cp1251", "cp855")),
    "uk": ("cp1125", "cp1251", "cp866"),
    "el": ("cp1253", "iso8859-7", "cp737", "cp869"),
    "tr": ("cp1254", "cp857"),
    "he": ("cp1255", "cp862"),
    "th": ("cp874",),
}


def page_order(profile: PrinterProfile, language: str) -> tuple[CodePage, ...]:
    """Return the profile's pages in the order to try them for a receipt in ``language``."""
    wanted = _LANGUAGE_PAGES.get(language.partition("-")[0].lower(), ())
    first = [page for encoding in wanted for page in profile.pages if page.encoding == encoding]
    return (*first, *(page for page in profile.pages if page not in first))


@functools.cache
def _named(name: str) -> PrinterProfile:
    if name in _own():
        return _from_own(name, _own()[name])
    if name in _escpos_database():
        return _from_database(name, _escpos_database()[name])
    raise ConfigurationError(
        f"No printer profile is called {name!r}",
        hint=_suggestion(name, profile_names(), "Profiles: " + ", ".join(sorted(_own()))),
    )


@functools.cache
def _own() -> dict[str, dict[str, Any]]:
    text = resources.files("posframe.hal").joinpath("data", "profiles.toml").read_text("utf-8")
    return tomllib.loads(text)


def _from_own(name: str, entry: Mapping[str, Any]) -> PrinterProfile:
    return PrinterProfile(name=name, **_fields(name, entry))


def _fields(name: str, entry: Mapping[str, Any]) -> dict[str, Any]:
    known = {field.name for field in attrs.fields(PrinterProfile)} - {"name"}
    for key in set(entry) - known:
        raise ConfigurationError(
            f"Printer profile {name!r}: there is no setting {key!r}",
            hint=_suggestion(key, known, "Settings: " + ", ".join(sorted(known))),
        )
    fields = dict(entry)
    try:
        if "pages" in fields:
            fields["pages"] = _pages(fields["pages"])
        attrs.evolve(_BLANK, **fields)  # runs the validators
    except (ValueError, TypeError, AttributeError) as error:
        reason = str(error.args[0]) if error.args else str(error)
        raise ConfigurationError(f"Printer profile {name!r}: {reason}") from error
    return fields


_BLANK = PrinterProfile(name="")


@functools.cache
def _escpos_database() -> dict[str, dict[str, Any]]:
    """Return the capability database of python-escpos, or nothing where it is not installed.

    Read as a file: importing the package costs 0.4 s and configures logging.
    """
    found = importlib.util.find_spec("escpos")
    for folder in (found.submodule_search_locations or ()) if found else ():
        path = Path(folder) / "capabilities.json"
        if path.is_file():
            profiles: dict[str, dict[str, Any]] = json.loads(path.read_bytes())["profiles"]
            return profiles
    return {}


def _from_database(name: str, entry: Mapping[str, Any]) -> PrinterProfile:
    features = entry["features"]
    star = features["starCommands"]
    columns = _number(
        entry["fonts"].get("0", {}).get("columns"), at_least=20, default=_BLANK.columns
    )
    cutter = (
        "partial" if features["paperPartCut"] else "full" if features["paperFullCut"] else "none"
    )
    return PrinterProfile(
        name=name,
        title=" ".join(entry["notes"].split()) or entry["name"],
        language="star" if star else "escpos",
        columns=columns,
        # 12 dots is a column of font A where the database does not know the width.
        dots=_number(entry["media"]["width"].get("pixels"), at_least=64, default=columns * 12),
        # Star's page 0 is a set of its own that the database takes for 437; that is its page 1.
        pages=_pages({n: page for n, page in entry["codePages"].items() if n != "0" or not star}),
        cutter=cutter,
        native_qr=features["qrCode"],
        native_barcodes=features["barcodeA"] and features["barcodeB"],
    )


def _number(value: object, *, at_least: int, default: int) -> int:
    """Return ``value`` if it can be true: the database holds "Unknown" and 80 mm paper of 12."""
    return value if isinstance(value, int) and value >= at_least else default


def _pages(numbered: Mapping[str, str]) -> tuple[CodePage, ...]:
    """Return the pages we have encodings for, in order of preference, each encoding once."""
    numbers: dict[str, int] = {}
    for number, title in numbered.items():
        numbers.setdefault(_encoding(title), int(number))
    for encoding in set(numbers) - {""}:
        if not 0 <= numbers[encoding] <= 255:
            raise ValueError(f"code page number {numbers[encoding]} is not from 0 to 255")
    return tuple(CodePage(name, numbers[name]) for name in _PREFERENCE if name in numbers)


def _encoding(title: str) -> str:
    """Return our name of an encoding, or "" for one that Python or the preference lacks."""
    try:
        name = codecs.lookup(title).name
    except LookupError:
        return ""
    return name if name in _PREFERENCE else ""


def _suggestion(wrong: str, names: object, otherwise: str) -> str:
    near = difflib.get_close_matches(wrong, list(names), n=1)  # type: ignore[call-overload]
    return f"Did you mean {near[0]!r}?" if near else otherwise
