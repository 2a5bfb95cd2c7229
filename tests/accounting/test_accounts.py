"""The account map: what it leads to, and what it refuses in which words."""

from __future__ import annotations

import pytest

from posframe.accounting.accounts import AccountMap
from posframe.errors import ConfigurationError
from tests.accounting.example import block, tables, the_map


def refusal(**changed):
    with pytest.raises(ConfigurationError) as caught:
        AccountMap.of(tables() | changed)
    return caught.value


def missing(*purposes, accounts=None):
    with pytest.raises(ConfigurationError) as caught:
        (accounts or the_map()).check_has(purposes)
    return caught.value


def test_a_map_is_read_from_a_file(tmp_path):
    path = tmp_path / "accounts.toml"
    path.write_text(block("toml"), encoding="utf-8")
    assert AccountMap.load(path) == the_map()
    assert the_map().find(("tenders", "cash")) == "1000"
    assert the_map().find(("accounts", "gift_cards")) == "3272"


def test_an_empty_map_has_no_accounts_and_goes_by_department():
    assert AccountMap.of({}) == AccountMap(revenue_by="department", accounts={})


def test_the_nearest_key_wins_then_the_star_beside_it_then_the_star_above():
    accounts = AccountMap.of(
        {
            "revenue_by": "tax",
            "revenue": {"*": "1", "vat": {"19": "2", "*": "3"}},
            "movements": {"loan": "4", "paid_out": {"tea": "5"}},
        }
    )
    assert accounts.find(("revenue", "vat", "19")) == "2"
    assert accounts.find(("revenue", "vat", "7")) == "3"
    assert accounts.find(("revenue", "eco", "")) == "1"
    assert accounts.find(("movements", "loan", "")) == "4"
    assert accounts.find(("movements", "loan", "from the safe")) == "4"
    assert accounts.find(("movements", "paid_out", "tea")) == "5"
    assert accounts.find(("movements", "paid_out", "milk")) is None


def test_a_department_is_found_by_its_name_alone():
    accounts = AccountMap.of({"revenue": {"food": "1", "": "2"}})
    assert accounts.find(("revenue", "food")) == "1"
    assert accounts.find(("revenue", "")) == "2"
    assert accounts.find(("revenue", "books")) is None
    assert AccountMap.of({"revenue": {"*": "3"}}).find(("revenue", "books")) == "3"


def test_a_medium_is_found_by_its_own_name_only():
    assert the_map().find(("tenders", "Cash")) is None


def test_what_is_mapped_passes():
    the_map().check_has([("tenders", "cash"), ("taxes", "vat7", "7")])


def test_all_that_is_missing_is_named_once_with_a_near_match_for_the_first():
    error = missing(("tenders", "voucher"), ("revenue", "fod"), ("revenue", "fod"))
    assert error.message == "The account map has no revenue.fod, no tenders.voucher"
    assert error.hint == "Did you mean 'food'? If not, add fod = \"…\" under [revenue]"


def test_a_name_without_a_near_match_is_to_be_added():
    assert missing(("tenders", "crypto")).hint == 'Add crypto = "…" under [tenders]'


def test_a_name_in_other_capitals_is_a_near_match():
    assert "Did you mean 'food'?" in missing(("revenue", "FOOD")).hint


def test_a_name_that_is_no_bare_key_is_written_in_quotes():
    error = missing(("revenue", 'odds & "ends"'))
    assert error.message == 'The account map has no revenue."odds & \\"ends\\""'
    assert error.hint == 'Add "odds & \\"ends\\"" = "…" under [revenue]'


def test_an_unknown_tax_is_missing_as_a_code_and_a_known_one_at_a_rate():
    assert missing(("taxes", "vat20", "20")).message == "The account map has no taxes.vat20"
    accounts = AccountMap.of({"taxes": {"vat": {"19": "1"}}})
    error = missing(("taxes", "vat", "19.5"), accounts=accounts)
    assert error.message == 'The account map has no taxes.vat."19.5"'
    assert error.hint == 'Did you mean \'19\'? If not, add "19.5" = "…" under [taxes.vat]'


def test_a_reason_is_missing_below_its_kind():
    accounts = AccountMap.of({"movements": {"paid_out": {"tea": "1", "*": "2"}}})
    accounts.check_has([("movements", "paid_out", "milk")])
    accounts = AccountMap.of({"movements": {"paid_out": {"tea": "1"}}})
    error = missing(("movements", "paid_out", "teas"), accounts=accounts)
    assert error.message == "The account map has no movements.paid_out.teas"
    assert error.hint.startswith("Did you mean 'tea'?")


def test_no_more_than_eight_are_named():
    error = missing(*(("tenders", f"t{number:02}") for number in range(11)))
    assert error.message.endswith("no tenders.t07 and 3 more")
    assert error.message.count("tenders.") == 8


@pytest.mark.parametrize(
    ("changed", "message", "hint"),
    [
        ({"tender": {}}, "tender is not a setting", "did you mean tenders?"),
        ({"tenders": []}, "tenders must be a table", "it is [] now"),
        ({"taxes": []}, "taxes must be a table", "it is [] now"),
        ({"tenders": {"cash": 1000}}, "tenders.cash must be a text in quotes", "it is 1000 now"),
        ({"revenue": {"food": 4000}}, "revenue.food.* must be a text in quotes", "it is 4000 now"),
        ({"accounts": {"roundin": "1"}}, "accounts.roundin is not a setting", "did you mean r"),
        ({"revenue_by": "taxes"}, "revenue_by cannot be 'taxes'", "did you mean 'tax'?"),
        ({"accounts": {"over": ""}}, "accounts.over cannot be the account ''", "Begin and end"),
        ({"tenders": {"cash": "=1+1"}}, "tenders.cash cannot be the account '=1+1'", "Begin"),
        ({"tenders": {"cash": "10 "}}, "tenders.cash cannot be the account '10 '", "Begin and"),
        ({"tenders": {"cash": "1\n2"}}, "tenders.cash cannot be the account '1\\n2'", "Begin"),
        ({"tenders": {"cash": "1" * 61}}, f"tenders.cash cannot be the account '{'1' * 60}'", "B"),
        (
            {"movements": {"pikup": "1"}},
            "movements.pikup: 'pikup' is no kind of cash movement",
            "Did you mean pickup?",
        ),
        (
            {"movements": {"*": "1"}},
            "movements.\"*\": '*' is no kind of cash movement",
            "There are: float, loan, paid_in, pickup, skim, paid_out",
        ),
        (
            {"tenders": {"*": "1"}},
            'tenders."*" would hide a medium nobody thought of',
            "Name every tender type",
        ),
        (
            {"revenue": {"food": {"19": "1"}}},
            "revenue.food.19 can never be used: nothing tells food apart",
            'Write food = "…" under [revenue]',
        ),
        (
            {"taxes": {"*": {"19": "1"}}},
            'taxes."*".19 can never be used: nothing tells "*" apart',
            'Write "*" = "…" under [taxes]',
        ),
    ],
)
def test_a_map_with_a_mistake_is_refused_in_a_sentence(changed, message, hint):
    error = refusal(**changed)
    assert error.message == message
    assert error.hint.startswith(hint)


def test_an_account_of_sixty_characters_in_any_script_is_one():
    names = {"cash": "1" * 60, "card": "Ä", "cheque": "Assets:Bank / Konto"}
    assert AccountMap.of({"tenders": names}).find(("tenders", "card")) == "Ä"


@pytest.mark.parametrize(
    ("changed", "key"),
    [
        ({"revenue": {"food": "1000"}}, "revenue.food"),
        ({"taxes": {"vat": {"19": "1000"}}}, "taxes.vat.19"),
        *(
            ({"accounts": {key: "1000"}}, f"accounts.{key}")
            for key in ("rounding", "over", "short", "tips", "fees", "suspense")
        ),
    ],
)
def test_what_would_cancel_a_payment_is_refused(changed, key):
    error = refusal(**changed)
    assert error.message == f"{key} and tenders.cash are both 1000: one would cancel the other"
    assert error.hint == "Give each an account of its own"


@pytest.mark.parametrize("key", ["gift_cards", "deposits", "receivables"])
def test_what_is_owed_may_be_the_account_of_the_medium_that_uses_it_up(key):
    AccountMap.of({"tenders": {"voucher": "1000"}, "accounts": {key: "1000"}})


def test_takings_may_be_picked_up_to_where_cards_are_paid():
    AccountMap.of({"tenders": {"card": "1200"}, "movements": {"pickup": "1200"}})


@pytest.mark.parametrize("content", [b"cash = ", b"\xff\xfe", None])
def test_a_file_that_cannot_be_read_is_refused_by_its_name(tmp_path, content):
    path = tmp_path / "accounts.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ConfigurationError, match=r"The account map .*accounts\.toml cannot be rea"):
        AccountMap.load(path)
