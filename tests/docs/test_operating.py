"""What cashiers are told about entries, keys and messages is what the till does."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from posframe import Session, Till, commands
from posframe.cli.demo import fill
from posframe.kernel.domain.entry import EntryRules, Show, parse
from posframe.kernel.domain.entry_names import NAMES
from posframe_terminal.start import key_table
from tests.docs.pages import ROOT, page, said, tables, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from posframe_terminal.keys import KeyTable

OPERATE = page("docs/tills/operate.md")
RULES = EntryRules()
GRAMMAR = {
    "9521307000162": commands.AddItem(code="9521307000162"),
    "4011": commands.AddItem(code="4011"),
    "10001": commands.AddItem(code="10001"),
    "3 * 9521307000162": commands.AddItem(code="9521307000162", quantity_milli=3000),
    "0.642 * 4011": commands.AddItem(code="4011", quantity_milli=642),
    "2.50 @ 9521307000162": commands.AddItem(code="9521307000162", price_minor=250),
    "199 / 20": commands.AddDepartment(department="20", price_minor=199),
    "2 * 199 / 20": commands.AddDepartment(department="20", price_minor=199, quantity_milli=2000),
    "milk": Show(screen="find", text="milk"),
    "-": commands.VoidLine(number=5),
    "3 -": commands.VoidLine(number=3),
    "10 %": commands.Discount(number=5, percent_milli=10_000),
    "10 % 3": commands.Discount(number=3, percent_milli=10_000),
    "10 %%": commands.Discount(number=0, percent_milli=10_000),
    "+": Show(screen="payment"),
}
PAYING = {
    "": commands.Pay(type="cash"),
    "cash": commands.Pay(type="cash"),
    "2000": commands.Pay(type="cash", amount_minor=2000),
    "20.00": commands.Pay(type="cash", amount_minor=2000),
    "2000 cash": commands.Pay(type="cash", amount_minor=2000),
    "-": commands.TakeBackTender(),
    "+": Show(screen="payment"),
}


def typed(heading: str) -> list[str]:
    return [row[0].strip("`").replace("\\|", "|") for row in tables(OPERATE, heading)]


def test_what_can_be_typed_means_what_the_page_says():
    """Every row of the grammar is parsed into the command it names, with line 5 marked."""
    assert typed("## What can be typed") == list(GRAMMAR)
    for text, meant in GRAMMAR.items():
        assert parse(text, "sale", 5, RULES) == meant, text
    assert parse("=", "sale", 5, RULES) == parse("+", "sale", 5, RULES)


def test_what_can_be_typed_when_paying_means_what_the_page_says():
    """The same for the payment screen; nothing typed is exactly what is due."""
    rows = ["" if row.startswith("Nothing") else row for row in typed("### On the payment screen")]
    assert rows == list(PAYING)
    for text, meant in PAYING.items():
        assert parse(text, "payment", None, RULES) == meant, text


def test_amounts_without_a_decimal_sign_are_as_the_page_says():
    """Cents, or whole units where the shop has set it so."""
    assert RULES.amount("199") == 199
    assert EntryRules(implied_decimals=False).amount("199") == 19_900
    assert EntryRules(implied_decimals=False).amount("1.99") == RULES.amount("1,99") == 199


def test_every_command_by_name_is_on_the_page():
    """The names and their arguments, in the words of the till itself."""
    assert typed("### By name") == [usage for _, usage in NAMES.values()]


@pytest.fixture(scope="module")
def till(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Till]:
    """The demonstration till."""
    folder: Path = tmp_path_factory.mktemp("till")
    settings = text_of(ROOT / "posframe" / "demo" / "till.toml")
    (folder / "till.toml").write_text(settings, encoding="utf-8")
    fill(folder)
    with Till.open(folder) as opened:
        yield opened


def test_every_entry_of_the_bundled_plugins_is_on_the_page(till: Till):
    """Each of them is read by a plugin, with the arguments the page gives it."""
    session = Session(till)
    words = {"CARD": "9528000000017", "SKU": "10001", "QUANTITY": "5"}
    rows = typed("### With the plugins loyalty and inventory")
    for usage in rows:
        bare = re.sub(r" \[.*", "", usage)
        entry = " ".join(words.get(word, word) for word in bare.split())
        command: Any = session.read(entry)
        assert type(command).__module__.startswith(("posframe_loyalty", "posframe_inventory"))
    source = "".join(text_of(path) for path in (ROOT / "plugins").rglob("commands.py"))
    assert set(re.findall(r'"(\.[a-z]+ [^"]+)"', source)) == set(rows)


@pytest.fixture(scope="module")
def keys(till: Till) -> KeyTable:
    return key_table(till)


@pytest.mark.parametrize(
    ("heading", "screens"),
    [
        ("### Sale", ("sale",)),
        ("### Payment", ("payment",)),
        ("### While the customer pays", ("paying",)),
        ("### Open payments", ("payments",)),
        ("### Why it costs that", ("explain",)),
        ("### Which receipt?", ("returns",)),
        ("### Receipts with an item", ("sold",)),
        ("### A receipt", ("receipt",)),
        ("### Find, held sales, menu", ("find", "held", "menu")),
        ("### The lock", ("lock",)),
        ("### Messages", ("messages",)),
        ("### Counting a drawer", ("counting",)),
        ("### Cash and day", ("cash_day",)),
        ("### Shifts that are not confirmed", ("shifts",)),
        ("### A report", ("report",)),
    ],
)
def test_the_keys_of_each_screen_are_on_the_page(
    keys: KeyTable, heading: str, screens: tuple[str, ...]
):
    """Default keys with the names that stand in the footer, no more and no fewer."""
    told = {
        pair
        for key, name, _ in tables(OPERATE, heading)
        for pair in zip(key.split(", "), name.split(", "), strict=True)
    }
    for screen in screens:
        assert {(hint.key, hint.label) for hint in keys.hints(screen)} == told, screen


def test_the_keys_that_are_not_in_the_footer_act_too(keys: KeyTable):
    """``+`` pays, Del clears, F5 says yes: as the text beside the tables has it."""
    acting = {
        ("sale", "plus"): "pay",
        ("sale", "minus"): "void",
        ("change", "enter"): "next",
        ("sale", "delete"): "clear",
        ("ask", "f5"): "yes",
    }
    for (screen, key), action in acting.items():
        found = keys.find(screen, key)
        assert found is not None
        assert found.id == action


def test_every_message_of_the_page_is_one_of_the_tills():
    """What the table quotes stands in the code; an ellipsis is what differs from case to case."""
    known = said()
    for message, _ in tables(OPERATE, "## What to do when"):
        quoted = re.findall(r"`([^`]+)`", message)[0]
        quoted = quoted.replace("Cash above", "… above").replace("sold by kg", "sold by …")
        assert quoted in known, quoted


def test_every_message_of_a_start_is_one_of_the_tills():
    """The same for what integrators read when a till does not start."""
    known = said()
    for message, _ in tables(page("docs/tills/assemble.md"), "## When it does not start"):
        assert re.findall(r"`([^`]+)`", message)[0] in known, message
