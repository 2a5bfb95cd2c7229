"""The key table of a real till: kernel, plugins and terminal together."""

import attrs
import pytest

from posframe import Action, ConfigurationError
from posframe_terminal.actions import PRESETS
from posframe_terminal.paint.screens import Screens
from posframe_terminal.start import _theme, key_namer, key_table
from posframe_terminal.theme import THEMES
from tests.terminal_ui.selling import open_till


@pytest.fixture
def table(tmp_path):
    with open_till(tmp_path) as till:
        yield key_table(till)


def refusal(folder, settings: str) -> str:
    with open_till(folder, settings=settings) as till, pytest.raises(ConfigurationError) as caught:
        key_table(till)
    return caught.value.message


def test_every_action_of_the_till_is_offered_somewhere(tmp_path):
    with open_till(tmp_path) as till:
        table = key_table(till)
        offered = {hint.action for screen in Screens() for hint in table.offered(screen)}
        assert {action.id for _, action in till.parts.actions} <= offered


@pytest.mark.parametrize(
    ("screen", "key", "action"),
    [
        ("sale", "f5", "void"),
        ("sale", "minus", "void"),
        ("sale", "plus", "pay"),
        ("sale", "shift+f2", "learn"),
        ("sale", "f10", "menu"),
        ("sale", "shift+f8", "explain"),
        ("change", "shift+f8", "explain"),
        ("explain", "f11", "explain_print"),
        ("explain", "escape", "leave"),
        ("payment", "minus", "take_back"),
        ("payment", "enter", "cash"),
        ("payment", "f12", "age_ok"),
        ("payment", "escape", "leave"),
        ("change", "f11", "reprint"),
        ("change", "enter", "next"),
        ("find", "enter", "choose"),
        ("ask", "f5", "yes"),
    ],
)
def test_keys_do_what_the_card_of_keys_says(table, screen, key, action):
    assert table.find(screen, key).id == action


@pytest.mark.parametrize("key", ["f5", "f9", "minus", "f7"])
def test_keys_of_an_open_sale_do_nothing_while_the_change_is_shown(table, key):
    assert table.find("change", key) is None


def test_sentences_name_keys_and_actions_without_one(table):
    name = key_namer(table)
    assert (name("age_ok"), name("learn"), name("yes")) == ("F12", "S-F2", "F5")
    assert name("inventory_stock") == ".inventory_stock"


def test_the_shop_rebinds_by_id(tmp_path):
    settings = '\n[ui.keys]\nvoid = ["f6"]\nquantity = ["f5"]\ninventory_stock = ["home"]\n'
    with open_till(tmp_path, settings=settings) as till:
        table = key_table(till)
    assert table.find("sale", "f6").id == "void"
    assert table.find("sale", "f5").id == "quantity"
    assert table.find("sale", "minus") is None
    assert table.find("sale", "home").id == "inventory_stock"


def test_all_that_is_wrong_in_the_shop_s_keys_is_said_at_once(tmp_path):
    settings = '\n[ui.keys]\nviod = ["f6"]\nhold = ["f2"]\nprice = ["q"]\n'
    message = refusal(tmp_path, settings)
    assert "'viod'" in message
    assert "did you mean 'void'" in message
    assert "F2 on sale is bound twice: find (plugin posframe) and hold (plugin posframe)" in message
    assert "'q' cannot be bound" in message


def test_a_plugin_that_takes_a_key_is_named_with_its_holder(tmp_path):
    grab = Action(id="grab", label="Grab", keys=("f5",), help="Takes what is not its own")
    with open_till(tmp_path) as till:
        till.parts = attrs.evolve(till.parts, actions=(*till.parts.actions, ("grabby", grab)))
        with pytest.raises(ConfigurationError) as caught:
            key_table(till)
    assert "F5 on sale is bound twice: void" in caught.value.message
    assert "grab (plugin grabby)" in caught.value.message


def test_an_unknown_preset_is_refused_with_those_there_are(tmp_path):
    with open_till(tmp_path, settings='\n[ui]\nkeymap = "dvorak"\n') as till:
        with pytest.raises(ConfigurationError) as caught:
            key_table(till)
        message = str(caught.value)
    assert all(preset in message for preset in PRESETS)


def test_the_numpad_alone_sells(tmp_path):
    with open_till(tmp_path, settings='\n[ui]\nkeymap = "numpad-only"\n') as till:
        table = key_table(till)
    assert table.find("sale", "plus").id == "pay"
    assert table.find("sale", "minus").id == "void"
    assert table.find("sale", "slash").id == "find"
    assert table.command("4").id == "hold"


@pytest.mark.parametrize("name", ["dark", "light", "contrast", "mono"])
def test_every_theme_of_the_settings_exists(tmp_path, monkeypatch, name):
    monkeypatch.setenv("TERM", "xterm-256color")
    with open_till(tmp_path, settings=f'\n[ui]\ntheme = "{name}"\n') as till:
        assert _theme(till) in THEMES
