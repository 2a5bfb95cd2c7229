"""The key table: what it refuses, what is read from it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe.errors import ConfigurationError
from posframe_terminal.actions import PRESETS, TERMINAL
from posframe_terminal.keycard import key_card
from posframe_terminal.keynames import canonical, fault_of_key, label_of_key
from posframe_terminal.keys import Action, build_table
from posframe_terminal.paint.screens import Screens

SCREENS = ("sale", "payment")


def action(id_, *keys, contexts=("sale",), plugin="till", **more) -> Action:
    return Action(id=id_, label=id_.title(), keys=keys, contexts=contexts, plugin=plugin, **more)


def refusal(actions, keymap=None) -> str:
    with pytest.raises(ConfigurationError) as caught:
        build_table(actions, contexts=SCREENS, keymap=keymap)
    return caught.value.message


def test_a_key_finds_its_action_on_its_screen_only():
    table = build_table([action("pay", "f9", "+")], contexts=SCREENS)
    assert table.find("sale", "plus").id == "pay"
    assert table.find("sale", "f9").id == "pay"
    assert table.find("payment", "f9") is None
    assert table.acting == "+"


def test_a_key_map_takes_the_place_of_the_action_s_own_keys():
    table = build_table([action("pay", "f9")], contexts=SCREENS, keymap={"pay": ["f5"]})
    assert table.find("sale", "f9") is None
    assert table.find("sale", "f5").id == "pay"


def test_everything_wrong_is_said_at_once():
    actions = [
        action("pay", "f2", plugin="payments"),
        action("find", "f2", plugin="shop"),
        action("find", "f3", plugin="other"),
        action("void", "f99"),
        action("hold", "escpe"),
        action("menu", "f4", contexts=("kitchen",)),
    ]
    message = refusal(actions, {"viod": ["f7"], "zzz": ["f8"]})
    assert message.splitlines() == [
        "action find comes from plugin shop and other",
        "the key map names 'viod', which no plugin has, did you mean 'void'?",
        "the key map names 'zzz', which no plugin has",
        "F2 on sale is bound twice: pay (plugin payments) and find (plugin shop)",
        "void (plugin till): there is no key 'f99', did you mean 'f9'?",
        "hold (plugin till): there is no key 'escpe', did you mean 'escape'?",
        "menu (plugin till) works on 'kitchen', a screen that does not exist",
    ]


@pytest.mark.parametrize("key", ["1", "a", "Q", ".", "tab", "alt+1", "ctrl+c", "ctrl+b"])
def test_keys_that_scanners_or_terminals_press_are_refused(key):
    assert "cannot be bound" in refusal([action("pay", key)])


def test_two_spellings_of_one_key_clash():
    actions = [action("a", "+", plugin="one"), action("b", "add", plugin="two")]
    assert "+ on sale is bound twice: a (plugin one) and b (plugin two)" in refusal(actions)


def test_a_plugin_cannot_take_a_key_that_works_everywhere():
    actions = [action("lock", "f12", contexts=("*",)), action("mine", "f12", plugin="stranger")]
    assert "lock (plugin till) and mine (plugin stranger)" in refusal(actions)


def test_the_owner_of_a_general_key_may_use_it_otherwise_on_one_screen():
    actions = [action("clear", "escape", contexts=("*",)), action("refuse", "escape")]
    table = build_table(actions, contexts=SCREENS)
    assert table.find("sale", "escape").id == "refuse"
    assert table.find("payment", "escape").id == "clear"


def test_hints_are_in_the_order_of_the_keys_with_an_action_s_first_key():
    actions = [
        action("void", "f5", "-"),
        action("help", "f1", contexts=("*",)),
        action("cash", "enter"),
        action("cancel", "shift+f5"),
    ]
    hints = build_table(actions, contexts=SCREENS).hints("sale")
    assert [(hint.key, hint.label) for hint in hints] == [
        ("Enter", "Cash"),
        ("F1", "Help"),
        ("F5", "Void"),
        ("S-F5", "Cancel"),
    ]


def test_actions_are_found_by_name_and_where_asked_by_number():
    actions = [action("sale.void", "f5"), action("payment.void", "f6"), action("pay", "f9")]
    table = build_table(actions, contexts=SCREENS)
    assert table.command("pay").id == "pay"
    assert table.command("sale.void").id == "sale.void"
    assert table.command("void") is None, "two actions are called so"
    assert table.command("9") is None
    assert build_table(actions, contexts=SCREENS, numbered_commands=True).command("9").id == "pay"


def test_the_card_of_keys_names_every_action():
    actions = [*TERMINAL, action("pay", "f9", help="To payment."), action("odd", help="No key.")]
    card = key_card(build_table(actions, contexts=Screens()), Screens())
    assert "F9" in card
    assert "To payment." in card
    assert ".odd" in card
    assert all(a.label in card for a in actions)
    assert max(map(len, card.splitlines())) <= 72


def test_the_presets_bind_without_clashes():
    kernel = [
        action("pay", "f9", "+"),
        action("void", "f5"),
        *TERMINAL,
    ]
    for preset in PRESETS.values():
        build_table(kernel, contexts=Screens(), keymap=preset.keymap)


@given(st.text(max_size=12))
def test_any_key_name_is_either_known_or_refused_with_a_reason(key):
    assert fault_of_key(key) or label_of_key(canonical(key)) != ""
