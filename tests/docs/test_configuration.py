"""The reference of till.toml names every setting, its default and its choices, and nothing else."""

from __future__ import annotations

import tomllib
import typing
from typing import TYPE_CHECKING, Any

import attrs
import pytest

from posframe import config, control_config, plugins
from posframe.catalogue import columns
from posframe.catalogue.importer import ImportOptions, import_csv
from posframe.catalogue.store import Catalogue
from posframe.control_config import (
    DaySection,
    ExceptionRuleEntry,
    ExceptionsSection,
    OperatorsSection,
    RoleEntry,
    ShiftsSection,
)
from posframe.hal.entries import check_devices, check_entry
from posframe.hal.profiles import load_profile
from posframe.kernel.domain.quantity import Unit
from posframe.settings_reader import read_table
from posframe_inventory.plugin import InventoryConfig
from posframe_loyalty.plugin import LoyaltyConfig
from posframe_payments.plugin import PaymentsConfig
from posframe_payments.settings import TerminalSettings
from posframe_promotions.plugin import PromotionsConfig
from posframe_terminal.actions import PRESETS
from tests.docs.pages import blocks, page, prose, tables

if TYPE_CHECKING:
    from pathlib import Path

CONFIGURE = page("docs/tills/configure.md")
COLUMN_MAP = page("docs/formats/column-map.md")
SECTIONS = {
    "## Top": config.TillConfig,
    "## [till]": config.TillSection,
    "### [plugins.payments]": PaymentsConfig,
    "### [plugins.payments.terminals.NAME]": TerminalSettings,
    "### [plugins.loyalty]": LoyaltyConfig,
    "### [plugins.inventory]": InventoryConfig,
    "### [plugins.promotions]": PromotionsConfig,
    "## [tax]": config.TaxSection,
    "### [tax.categories.NAME]": config.TaxCategory,
    "### A tax": config.TaxEntry,
    "## [entities.ID]": config.EntityEntry,
    "## [prices]": config.PricesSection,
    "## [returns]": config.ReturnsSection,
    "## [cash]": config.CashSection,
    "## [barcodes]": config.BarcodesSection,
    "### [[barcodes.embedded]]": config.EmbeddedEntry,
    "## [devices.NAME]": config.DeviceEntry,
    "## [departments.ID]": config.DepartmentEntry,
    "## [limits]": config.LimitsSection,
    "## [operators]": OperatorsSection,
    "## [roles.ID]": RoleEntry,
    "## [shifts]": ShiftsSection,
    "## [day]": DaySection,
    "## [exceptions]": ExceptionsSection,
    "### [exceptions.rules.ID]": ExceptionRuleEntry,
    "## [ui]": config.UiSection,
}
NOT_IN_THE_FILE = {"fingerprint", "folder", "training"}


def fields(cls: Any) -> dict[str, Any]:
    found = {field.name.rstrip("_"): field for field in attrs.fields(cls)}
    return {name: field for name, field in found.items() if name not in NOT_IN_THE_FILE}


def written(field: Any) -> str:
    """Return a default as the page writes it; tables are described in words."""
    if field.default is attrs.NOTHING:
        return "needed"
    default = field.default
    if isinstance(default, bool):
        return f"`{str(default).lower()}`"
    if isinstance(default, int):
        return f"`{default}`"
    if isinstance(default, str):
        return f'`"{default}"`'
    if isinstance(default, tuple):
        return f"`[{', '.join(map(_quoted, default))}]`"
    return ""


def _quoted(each: object) -> str:
    return f'"{each}"'


def test_every_class_of_the_configuration_has_its_table():
    """A section that is new in the code is missed here."""
    classes = {
        each
        for module in (config, control_config)
        for each in vars(module).values()
        if isinstance(each, type) and attrs.has(each) and each.__module__ == module.__name__
    }
    assert classes <= set(SECTIONS.values())


@pytest.mark.parametrize("heading", SECTIONS)
def test_every_key_is_on_the_page_with_its_default(heading: str):
    """Names in their order, and what is so when a key is left out."""
    rows = tables(CONFIGURE, heading)
    known = fields(SECTIONS[heading])
    assert [row[0].strip("`") for row in rows] == list(known)
    for (_, default, _), field in zip(rows, known.values(), strict=True):
        wanted = written(field)
        assert default == wanted or (not wanted and default in {"empty", "as below"})


@pytest.mark.parametrize("heading", SECTIONS)
def test_every_choice_is_on_the_page(heading: str):
    """A key that takes one of a few words names all of them."""
    hints = typing.get_type_hints(SECTIONS[heading])
    rows = {row[0].strip("`"): row[2] for row in tables(CONFIGURE, heading)}
    for name, hint in hints.items():
        if typing.get_origin(hint) is typing.Literal:
            for choice in typing.get_args(hint):
                assert f"`{choice}`" in rows[name], f"{heading} {name}"


def test_key_maps_are_on_the_page():
    """The presets are a plugin's, and no choice the reader of settings knows."""
    row = next(row for row in tables(CONFIGURE, "## [ui]") if row[0] == "`keymap`")
    assert all(f"`{name}`" in row[2] for name in PRESETS)


def test_the_whole_file_of_the_page_is_taken(tmp_path: Path):
    """It can be copied: every key known, devices and plugins such as there are."""
    text = next(block.text for block in blocks(CONFIGURE, "toml") if block.title == "till.toml")
    read = read_table(config.TillConfig, tomllib.loads(text))
    check_devices(read.devices, tmp_path)
    assert set(read.enabled) <= set(plugins.installed())


def test_the_addresses_and_profiles_of_the_page_are_known(tmp_path: Path):
    """Each is understood as it stands, by its driver and its line."""
    rows = prose(CONFIGURE).split("| `uri` | The device |")[1].split("\n\n")[0].splitlines()[2:]
    assert len(rows) > 10
    for row in rows:
        device = config.DeviceEntry(uri=row.split("`")[1])
        printer = config.DeviceEntry(uri="escpos+virtual:receipts")
        check_entry("device", {"device": device, "printer": printer}, tmp_path)
    own = prose(CONFIGURE).split("Profiles of posframe's own:")[1].split(". ")[0]
    assert all(load_profile(name) for name in own.split("`")[1::2])
    assert len(own.split("`")[1::2]) == 7


def test_a_key_bound_in_the_page_is_an_action():
    """The example of ``[ui.keys]`` names ids that exist."""
    from posframe import ACTIONS

    block = next(block for block in blocks(CONFIGURE, "toml") if block.title == "ui.keys")
    assert set(tomllib.loads(block.text)["ui"]["keys"]) <= {action.id for action in ACTIONS}


def test_every_field_of_a_product_list_is_on_the_page():
    """Names in their order, with the headers that are known without a map."""
    rows = tables(COLUMN_MAP, "## Fields")
    assert [row[0].strip("`") for row in rows] == list(columns.FIELDS)
    for row in rows:
        headers = [name.strip("` ") for name in row[1].split(",")]
        assert tuple(headers) == columns.FIELDS[row[0].strip("`")]
    units = next(row for row in rows if row[0] == "`unit`")[2]
    assert all(f"`{unit.value}`" in units for unit in Unit)


def test_every_option_of_a_map_is_on_the_page():
    """The options with their defaults."""
    known = {field.name: field.default for field in attrs.fields(columns.ColumnMap)}
    rows = {row[0].strip("`"): row[1].strip("`") for row in tables(COLUMN_MAP, "## Options")}
    assert rows == {name: known[name] for name in ("delimiter", "decimal", "encoding", "price")}


def test_the_map_of_the_page_reads_the_file_of_the_page(tmp_path: Path):
    """Both rows become items, with the price in cents and the default filled in."""
    (tmp_path / "map.toml").write_text(blocks(COLUMN_MAP, "toml")[0].text, encoding="utf-8")
    (tmp_path / "list.csv").write_text(blocks(COLUMN_MAP, "csv")[0].text, encoding="cp1252")
    found = columns.ColumnMap.load(tmp_path / "map.toml")
    with Catalogue.in_memory() as catalogue:
        report = import_csv(catalogue, tmp_path / "list.csv", ImportOptions(columns=found), at_us=1)
        items = {item.sku: item for item in catalogue.items(at_us=2)}
    assert (report.inserted, report.refused) == (2, 0)
    assert items["1001"].price_minor == 119
    assert items["1001"].codes[0].code == "09521307000162"
    assert items["1002"].department == "grocery"
