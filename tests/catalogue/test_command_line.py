from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import pytest

from posframe.catalogue.store import Catalogue
from posframe.cli.catalogue import app
from posframe.errors import PosframeError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

EAN = "4006381333931"


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., object]:
    """Run a command with ``--till`` set."""

    def call(*tokens: object) -> object:
        return app(
            [*map(str, tokens), "--till", str(tmp_path)],
            exit_on_error=False,
            result_action="return_value",
        )

    return call


def test_import_reports_and_fails_when_rows_were_refused(run, write_csv, capsys, tmp_path):
    """Exit status 1 tells a script that somebody has to look."""
    assert run("import", write_csv("sku,name", "1,Milk")) == 0
    assert run("import", write_csv("sku,name,price", "1,Milk,x"), "--errors", tmp_path / "e") == 1
    output = capsys.readouterr().out
    assert "refused" in output
    assert "'x' is not an amount" in output
    assert "x" in (tmp_path / "e").read_text()


def test_dry_run_and_strict_write_nothing(run, write_csv, tmp_path):
    """Both leave the catalogue as it was."""
    path = write_csv("sku,name,price", "1,Milk,1", "2,Bread,x")
    assert run("import", path, "--dry-run") == 1
    assert run("import", path, "--strict") == 1
    with Catalogue.open(tmp_path / "catalogue.db") as catalogue:
        assert catalogue.count() == 0


def test_map_is_read_from_the_file_named(run, write_csv, tmp_path):
    """``--map`` says what the columns mean."""
    table = tmp_path / "map.toml"
    table.write_text('[columns]\nsku = "no"\nname = "title"\n', encoding="utf-8")
    assert run("import", write_csv("no,title", "1,Milk"), "--map", table) == 0


def test_find_and_show_print_what_is_there(run, write_csv, capsys):
    """Names, codes and prices, in the till's currency."""
    run("import", write_csv("sku,name,price,gtin", f"1,Fresh [b]milk,1.19,{EAN}"))
    capsys.readouterr()
    assert run("find", "mil") == 0
    assert "Fresh [b]milk" in capsys.readouterr().out
    assert run("find", "beer") == 1
    run("show", EAN)
    output = capsys.readouterr().out
    assert "1.19" in output
    assert "EUR" in output
    with pytest.raises(PosframeError, match="Nothing is known"):
        run("show", "4711")


def test_export_writes_a_file_or_standard_output(run, write_csv, tmp_path, capsys):
    """What was imported can be taken away again."""
    run("import", write_csv("sku,name", "1,Milk"))
    capsys.readouterr()
    run("export", tmp_path / "out.csv")
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["sku"], row["name"]) == ("1", "Milk")
    run("export")
    assert "1,Milk" in capsys.readouterr().out


def test_control_characters_of_a_name_do_not_reach_the_terminal(run, write_csv, capsys):
    """A name from a file cannot steer the screen it is shown on."""
    run("import", write_csv("sku,name", "1,Milk \x9b2J"))
    run("find", "milk")
    assert "\x9b" not in capsys.readouterr().out


def test_currency_is_the_tills(run, write_csv, tmp_path):
    """A catalogue in another currency than the till's is refused."""
    (tmp_path / "catalogue.db").unlink(missing_ok=True)
    Catalogue.open(tmp_path / "catalogue.db", currency="CHF").close()
    with pytest.raises(PosframeError, match="CHF"):
        run("import", write_csv("sku,name", "1,Milk"))
