"""``posframe new till``: a commented till.toml, and with --demo a small shop to sell from."""

from __future__ import annotations

import shutil
from pathlib import Path

import cyclopts

from posframe.errors import ConfigurationError

app = cyclopts.App(name="new", help="Make a till.")


@app.command
def till(folder: Path, /, *, demo: bool = False) -> int:
    """Make a till's folder with a commented till.toml.

    Args:
        folder: made now; a till that is there already is left alone.
        demo: fill it with a small shop, price lists, offers, loyalty cards and stock.
    """
    from posframe.config import FILE_NAME

    path = folder / FILE_NAME
    if path.exists():
        raise ConfigurationError(f"{path} exists already", hint="choose another folder")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(_template("till.toml" if demo else "till-minimal.toml"), path)
    except OSError as error:
        raise ConfigurationError(
            f"{folder} cannot be written ({error.strerror})", hint="choose another folder"
        ) from error
    if demo:
        try:
            _fill(folder)
        except BaseException:
            path.unlink()  # half a shop is none: trying again begins anew
            raise
    print(f"{path} is ready; sell with: posframe run --till {folder}")
    return 0


def _template(name: str) -> Path:
    from posframe import demo

    return Path(demo.__file__).with_name(name)


def _fill(folder: Path) -> None:
    from posframe.cli.demo import fill

    fill(folder)
