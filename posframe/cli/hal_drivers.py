"""``posframe hal drivers`` and ``profiles``: what is installed, and all about one of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from posframe.cli.lines import paragraph, table
from posframe.errors import ConfigurationError

if TYPE_CHECKING:
    from posframe.hal.driver import DriverSpec
    from posframe.hal.profiles import PrinterProfile

_BESIDE = 15
"""Column where what belongs to a name begins."""


def drivers(name: str = "", /) -> int:
    """List the installed drivers; with a name, all about that one.

    Args:
        name: of a driver, the first part of a device's address.
    """
    from posframe.hal.hardware import CONNECTOR
    from posframe.hal.registry import driver_spec, installed_drivers

    if name:
        spec = CONNECTOR if name == CONNECTOR.name else driver_spec(name)
        known = installed_drivers().get(name)
        _show_driver(spec, f"{known.distribution} {known.version}" if known else "posframe")
        return 0
    broken: list[str] = []
    specs = [(CONNECTOR, "")]
    for offer in installed_drivers().values():
        try:
            origin = "" if offer.distribution == "posframe" else f" (from {offer.distribution})"
            specs.append((driver_spec(offer.name), origin))
        except ConfigurationError as error:
            broken.append(str(error))
    rows = sorted(
        (spec.device_class, spec.name, f"{spec.title}{_over(spec)}{origin}")
        for spec, origin in specs
    )
    table(("class", "driver", "for"), rows)
    for words in broken:
        paragraph(words, first="broken: ")
    print("\nAll about one, with its options: posframe hal drivers NAME")
    return 1 if broken else 0


def _show_driver(spec: DriverSpec, origin: str) -> None:
    from posframe.hal.option_docs import option_docs
    from posframe.hal.transports import transport_options

    print(f"{spec.name}: {spec.title}\n")
    facts = {
        "class": spec.device_class,
        "can": ", ".join(sorted(spec.capabilities)),
        "its line": " ".join(f"{key}={value}" for key, value in spec.line.items()),
        "in software": f"posframe sim {spec.simulator}" if spec.simulator else "",
        "personal": "its recordings hold lengths only" if spec.secret else "",
        "from": origin,
    }
    for label, words in facts.items():
        if words:
            paragraph(words, first=f"{label:<{_BESIDE}}")
    print()
    for transport, example in _examples(spec).items():
        paragraph(f"{spec.name}+{example}", first=f"{'address':<{_BESIDE}}")
        known = () if transport == "on" else sorted(transport_options(transport))
        if known:
            paragraph(f"?{', '.join(known)}", first=" " * _BESIDE + "  ")
    docs = option_docs(spec)
    print("\nOptions" if docs else "\nIt has no options of its own")
    for doc in docs:
        default = f"; {doc.default} unless told otherwise" if doc.default else ""
        paragraph(f"{doc.takes}{default}", first=f"  {doc.name:<{_BESIDE - 3}} ")
        if doc.words:
            paragraph(doc.words.replace("``", ""), first=" " * _BESIDE)


EXAMPLES = {
    "serial": "serial:/dev/serial/by-id/usb-…",
    "tcp": "tcp://192.168.1.50:9100",
    "usb": "usb://04b8:0e15",
    "hid": "hid://05e0:1300",
    "hidraw": "hidraw:/dev/hidraw0",
    "evdev": "evdev:/dev/input/by-id/usb-…-event-kbd",
    "file": "file:/dev/usb/lp0",
    "virtual": "virtual:receipts",
    "replay": "replay:recording.jsonl",
    "on": "on://printer",
}
"""How an address of each transport looks."""


def _examples(spec: DriverSpec) -> dict[str, str]:
    """Return an address for each transport of a driver; those for tests alone have none."""
    return {name: EXAMPLES[name] for name in spec.transports if name in EXAMPLES}


def _over(spec: DriverSpec) -> str:
    return "" if spec.transports == ("on",) else f", over {', '.join(_examples(spec))}"


def profiles(name: str = "", /, *, text: str = "") -> int:
    """List printer profiles; with a name, all that one says.

    Args:
        name: of a profile.
        text: say which of these characters it cannot print. Exit status 1: there are some.
    """
    from posframe.hal.profiles import load_profile, profile_names

    if not name:
        rows = []
        for each in profile_names():
            profile = load_profile(each)
            rows.append((each, profile.language, str(profile.columns), profile.title))
        table(("profile", "speaks", "columns", "for"), rows)
        return 0
    profile = load_profile(name)
    for field in attrs.fields(type(profile)):
        value = getattr(profile, field.name)
        if field.name == "pages":
            words = ", ".join(f"{page.encoding} ({page.number})" for page in value)
        else:
            words = {True: "yes", False: "no"}.get(value, str(value)) if value != "" else "–"
        paragraph(words, first=f"{field.name:<18}")
    return _say_unprintable(profile, text) if text else 0


def _say_unprintable(profile: PrinterProfile, text: str) -> int:
    from posframe.hal.codecs.escpos_text import repertoire

    missing = repertoire(profile).missing(text)
    print()
    if not missing:
        print("It prints all of that text")
        return 0
    paragraph(f"It cannot print: {' '.join(missing)}")
    paragraph("receipts show letters that read alike, or ?")
    return 1
