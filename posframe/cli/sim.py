"""``posframe sim``: devices in software, for a till or a driver that has no hardware yet."""

from __future__ import annotations

from pathlib import Path

from cyclopts import App

from posframe.errors import ConfigurationError, DataError, PosframeError

app = App(name="sim", help="Run devices in software.")


@app.default
def device(  # noqa: PLR0913 - each is an option of the command line
    name: str,
    /,
    *,
    listen: str = "tcp://127.0.0.1:9100",
    scenario: Path | None = None,
    faults: Path | None = None,
    option: list[str] | None = None,
    out: Path | None = None,
    wire: bool = False,
) -> int:
    """Run one device until interrupted, and print what happens to it.

    What is typed is done at the device: put 1.250, scan 4006381333931, cover open, pull, plug.
    help lists everything, view shows the device, quit ends it.

    Args:
        name: which device; posframe sim list names them.
        listen: tcp://host:port, where anyone who reaches it can connect, or pty:/path/of/link.
        scenario: a file that says what happens to it, and when.
        faults: a file that says what happens to bytes on their way.
        option: key=value, an option of this device; as often as wanted.
        out: for printers: a folder for the receipts and the drawer log.
        wire: print every byte, too.
    """
    import anyio

    from posframe.cli.sim_run import Plan, run
    from posframe.hal.registry import simulator_spec

    spec = simulator_spec(name)
    plan = Plan(
        spec=spec,
        simulator=spec.make(_options(option or [])),
        where=listen,
        scenario=_text(scenario),
        faults=_text(faults),
        out=out,
        wire=wire,
    )
    try:
        anyio.run(run, plan)
    except* PosframeError as group:
        raise _first(group) from None
    except* KeyboardInterrupt:
        print()
    return 0


@app.command(name="list")
def list_() -> int:
    """List the devices that can be run, with their options."""
    from posframe.hal.registry import installed_simulators, simulator_spec

    for name in sorted(installed_simulators()):
        try:
            spec = simulator_spec(name)
        except ConfigurationError as error:
            print(f"{name:<16}broken: {error.message}")
            continue
        print(f"{name:<16}{spec.title}")
        for option, meaning in spec.options.items():
            print(f"{'':<16}--option {option}=…  {meaning}")
    return 0


@app.command
def bench(
    *devices: str,
    till: Path | None = None,
    folder: Path = Path("bench"),
) -> int:
    """Show a panel of devices in software beside a running till.

    There you scan, put weight on, open the cover and pull cables, by keys alone.

    Args:
        devices: NAME=SIMULATOR, NAME as in till.toml; @ and a place may follow, such as
            printer=escpos@tcp://127.0.0.1:9101. Left out: printer, display, scanner and scale.
        till: a till's folder: the bench is in its folder bench, and offers that shop's codes.
        folder: where the bench is, without a till.
    """
    from posframe.cli.sim_bench import bench_of, notice, shop_codes
    from posframe.plugins import installed, load_target

    terminal = installed().get("terminal")
    if terminal is None:
        raise ConfigurationError(
            "This installation has no screen", hint="pip install 'posframe[terminal]'"
        )
    place = till / "bench" if till else folder
    codes = shop_codes(till)
    put_up = bench_of(place, devices)
    words = notice(place, till)
    print("\n".join(words))
    status: int = load_target(terminal).bench(put_up, codes, words)
    return status


def _options(pairs: list[str]) -> dict[str, str]:
    """Return ``key=value`` pairs as options."""
    found: dict[str, str] = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals or not key or key in found:
            raise ConfigurationError(
                f"The option {pair!r} cannot be read", hint="write each once, as --option unit=kg"
            )
        found[key] = value
    return found


def _text(path: Path | None) -> str:
    try:
        return path.read_text("utf-8") if path else ""
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no text"
        raise DataError(f"{path} cannot be read: {reason}", hint="check the name") from error


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """Return the first failure of a group: that is the one to mend."""
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
