"""``posframe sim``: devices in software, for a till or a driver that has no hardware yet."""

from __future__ import annotations

from pathlib import Path

from cyclopts import App

app = App(name="sim", help="Run devices in software.")


@app.command
def printer(*, out: Path, listen: str = "tcp://127.0.0.1:9100", columns: int = 48) -> None:
    """Run a receipt printer until interrupted; each receipt becomes a .txt and a .bin file.

    Args:
        out: Folder for the receipts and the drawer log.
        listen: Where to listen; anyone who reaches it can print.
        columns: Width of the paper in characters.
    """
    import functools

    import anyio

    from posframe.hal.simulators.printer_server import serve

    print(f"Printer on {listen}, receipts in {out}. Ctrl-C ends it.")
    try:
        anyio.run(functools.partial(serve, listen, out, columns=columns))
    except KeyboardInterrupt:
        return
