"""till.toml: nothing is guessed; whatever does not fit is named with its path and a suggestion."""

from __future__ import annotations

import attrs
import pytest

from posframe.config import FILE_MAX_BYTES, load_config
from posframe.demo import products_path
from posframe.errors import ConfigurationError
from posframe.kernel.domain.receipt_taxes import Seller
from posframe.kernel.domain.rounding import Rounding
from posframe.kernel.domain.tax import RoundAt, TaxPolicy
from posframe.settings_reader import read_table
from posframe.shop_settings import (
    cash_rounding,
    denominations_minor,
    entry_rules,
    kernel_settings,
    shop,
    tax_policy,
)

SMALLEST = 'format = 1\n[till]\nid = "T01"\ncurrency = "EUR"\n'
EMBEDDED = "[[barcodes.embedded]]\nprefix = '21'\nitem = [2, 6]\nvalue = [7, 12]\nkind = 'weight'\n"


@pytest.fixture
def load(tmp_path):
    """Load a till.toml with this text."""

    def load(text=SMALLEST):
        (tmp_path / "till.toml").write_text(text, encoding="utf-8")
        return load_config(tmp_path)

    return load


def refusal(load, text):
    with pytest.raises(ConfigurationError) as refused:
        load(text)
    return refused.value


def test_the_smallest_file_is_a_till_with_everything_at_its_default(load, tmp_path):
    config = load()
    assert (config.till.id, config.till.currency, config.till.timezone) == ("T01", "EUR", "UTC")
    assert config.enabled == ()
    assert config.folder == tmp_path
    assert config.devices == {}


@pytest.mark.parametrize("name", ["till.toml", "till-minimal.toml"])
def test_the_files_that_are_handed_out_can_be_read(load, name):
    config = load(products_path().with_name(name).read_text(encoding="utf-8"))
    assert config.till.currency == "EUR"
    assert "payments" in config.enabled


@pytest.mark.parametrize(
    ("more", "message", "hint"),
    [
        ("[til]", "til is not a setting", "did you mean till?"),
        ("[till.x]", "till.x is not a setting", "there are: id, store"),
        ("[tax]\nround_ad = 1", "tax.round_ad is not a setting", "did you mean round_at?"),
        ("[cash]\nfloat_ = '1'", "cash.float_ is not a setting", "did you mean float?"),
        ("[limits]\nsales = '1'", "limits.sales is not a setting", "did you mean sale?"),
        ("[devices.printer]\nurl = 'y'", "devices.printer.url is not", "mean uri?"),
        ("[xyzzy]", "xyzzy is not a setting", "there are: format, till"),
        ("[[barcodes.embedded]]\nprefx = '2'", "barcodes.embedded[0].prefx is not", "mean prefix?"),
    ],
)
def test_an_unknown_key_is_named_with_its_path_and_the_nearest(load, more, message, hint):
    error = refusal(load, SMALLEST + more)
    assert message in error.message
    assert hint in error.hint
    assert "till.toml" in error.message


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("format = 1", "till is missing", "add [till]"),
        (
            'format = 1\n[till]\nid = "1"',
            "till.currency is missing",
            "add currency = … under [till]",
        ),
        (SMALLEST + "[departments.1]", "departments.1.name is missing", "[departments.1]"),
        (
            SMALLEST + '[tax.categories.a]\ntaxes = [{ code = "x", rate = "1" }]',
            "tax.categories.a.taxes[0].label is missing",
            "add label",
        ),
    ],
)
def test_what_is_missing_is_named(load, text, message, hint):
    error = refusal(load, text)
    assert message in error.message
    assert hint in error.hint


@pytest.mark.parametrize(
    ("more", "message", "hint"),
    [
        ("store = 5", "till.store must be a text in quotes", "it is 5 now"),
        ("address = 'x'", "till.address must be a list", "it is 'x' now"),
        ("address = [1]", "till.address[0] must be a text in quotes", "it is 1 now"),
        ("[barcodes]\nprefer_upce = 'yes'", "barcodes.prefer_upce must be true or false", "'yes'"),
        (EMBEDDED + "decimals = '2'", "decimals must be a whole number", "'2'"),
        (EMBEDDED + "decimals = true", "decimals must be a whole number", "True"),
        ("[devices]\nprinter = 'x'", "devices.printer is not a table", "write [devices.printer]"),
        ("[tax]\nround_at = 'lines'", "tax.round_at cannot be 'lines'", "did you mean 'line'?"),
        ("[ui]\ntheme = 'zzz'", "ui.theme cannot be 'zzz'", "one of: dark, light"),
        ("[ui]\nkeys = 5", "ui.keys must be a table", "it is 5 now"),
        ("[ui.keys]\npay = 'f9'", "ui.keys.pay must be a list", "'f9'"),
        ("[cash]\nfloat = 150", "cash.float must be a text in quotes", "it is 150 now"),
    ],
)
def test_a_value_of_another_kind_is_named_with_its_path(load, more, message, hint):
    error = refusal(load, SMALLEST + more)
    assert message in error.message
    assert hint in error.hint


def test_a_table_that_is_none_is_named():
    @attrs.frozen
    class Table:
        a: int = 0

    for path, words in (("", "the file is not a table"), ("x.y", "x.y is not a table")):
        with pytest.raises(ConfigurationError, match=words):
            read_table(Table, 5, path)


def test_a_class_that_refuses_its_values_is_named():
    """A plugin's own settings class may check more than kinds."""

    @attrs.frozen
    class Table:
        a: int = attrs.field(default=0, validator=attrs.validators.ge(0))

    assert read_table(Table, {"a": 1}, "plugins.x") == Table(1)
    with pytest.raises(ConfigurationError, match=r"plugins\.x: "):
        read_table(Table, {"a": -1}, "plugins.x")


# The file itself


def test_a_missing_file_says_how_to_make_one(tmp_path):
    with pytest.raises(ConfigurationError, match="does not exist") as refused:
        load_config(tmp_path / "shop")
    assert refused.value.hint == f"make it with: posframe new till {tmp_path / 'shop'}"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"format = 1\n[till\n", "till.toml: "),
        (b"format = 1\nformat = 1\n", "till.toml: "),
        (b"\xff\xfe", "cannot be read"),
        (b"#" * (FILE_MAX_BYTES + 1), "larger than 1 MiB"),
    ],
    ids=["broken", "twice", "not utf-8", "huge"],
)
def test_a_file_that_cannot_be_read_is_refused(tmp_path, content, message):
    (tmp_path / "till.toml").write_bytes(content)
    with pytest.raises(ConfigurationError) as refused:
        load_config(tmp_path)
    assert message in refused.value.message
    assert str(tmp_path / "till.toml") in refused.value.message
    assert refused.value.hint


def test_a_folder_in_its_place_is_refused(tmp_path):
    (tmp_path / "till.toml").mkdir()
    with pytest.raises(ConfigurationError, match="cannot be read"):
        load_config(tmp_path)


@pytest.mark.parametrize(
    ("first", "hint"),
    [
        ("", "write format = 1"),
        ("format = 2", "newer posframe"),
        ('format = "1"', "newer posframe"),
    ],
)
def test_another_format_is_refused(load, first, hint):
    error = refusal(load, SMALLEST.replace("format = 1", first))
    assert "this posframe reads format 1" in error.message
    assert hint in error.hint


@pytest.mark.parametrize("name", ["fingerprint", "folder"])
def test_what_the_reader_fills_in_is_no_setting(load, name):
    error = refusal(load, f'{name} = "x"\n{SMALLEST}')
    assert f"{name} is not a setting" in error.message


def test_the_fingerprint_is_that_of_the_text(load):
    """The same text the same print, one character more another."""
    first = load().fingerprint
    assert load().fingerprint == first
    assert load(SMALLEST + "# more\n").fingerprint != first


# What the kernel makes of it


def test_enable_is_a_list_of_names(load):
    assert load(SMALLEST + '[plugins]\nenable = ["a", "b"]').enabled == ("a", "b")
    for wrong in ('"a"', "[1]", "{}"):
        config = load(SMALLEST + f"[plugins]\nenable = {wrong}")
        with pytest.raises(ConfigurationError, match=r"plugins\.enable must be a list of names"):
            _ = config.enabled


def test_taxes_are_rounded_as_configured(load):
    config = load(SMALLEST + '[tax]\nround_at = "rate"\nrounding = "half_even"')
    assert tax_policy(config) == TaxPolicy(RoundAt.RATE, Rounding.HALF_EVEN)
    assert tax_policy(load()) == TaxPolicy(RoundAt.LINE, Rounding.HALF_UP)


@pytest.mark.parametrize(
    ("country", "round_to", "step"),
    [("CH", "", 5), ("SE", "", 100), ("DE", "", None), ("", "", None), ("XX", "", None),
     ("DE", "0.05", 5), ("CH", "0.10", 10), ("CH", "0.01", None)],
)  # fmt: skip
def test_cash_is_rounded_as_configured_or_by_the_country(load, country, round_to, step):
    """0.01 switches the country's rule off."""
    text = SMALLEST + f'country = "{country}"\n[cash]\nround_to = "{round_to}"'
    found = cash_rounding(load(text))
    assert (found.step_minor if found else None) == step


@pytest.mark.parametrize(
    ("more", "read", "words"),
    [
        ('[cash]\nround_to = "0"', cash_rounding, "cash.round_to must be above zero"),
        ('[cash]\nround_to = "-0.05"', cash_rounding, "cash.round_to must be above zero"),
        ('[cash]\nround_to = "x"', cash_rounding, "cash.round_to: 'x' is not an amount"),
        ('[cash]\ndenominations = ["1,000.00"]', denominations_minor, "cash.denominations: "),
        (
            '[limits]\nquantity = "many"',
            lambda each: kernel_settings(each, ()),
            "limits.quantity: ",
        ),
        ('[limits]\nline = "1.999"', lambda each: kernel_settings(each, ()), "limits.line: "),
        ('[limits]\nsale = ""', lambda each: kernel_settings(each, ()), "limits.sale: "),
    ],
)
def test_an_amount_that_is_none_is_named_by_its_setting(load, more, read, words):
    with pytest.raises(ConfigurationError) as refused:
        read(load(SMALLEST + more))
    assert words in refused.value.message
    assert refused.value.hint


def test_amounts_are_in_the_minor_unit_of_the_currency(load):
    yen = load(
        SMALLEST.replace("EUR", "JPY") + '[cash]\ndenominations = ["1", "10000", "500", "1"]'
    )
    assert denominations_minor(yen) == (10_000, 500, 1)
    dinar = load(SMALLEST.replace("EUR", "KWD") + '[limits]\nline = "1.5"')
    assert kernel_settings(dinar, ()).line_max_minor == 1_500
    assert entry_rules(yen, ()).exponent == 0


def test_default_limits_fit_every_currency(load):
    for currency in ("JPY", "EUR", "KWD", "CLF"):
        settings = kernel_settings(load(SMALLEST.replace("EUR", currency)), ())
        assert settings.line_max_minor > 0


def test_devices_that_are_not_there_get_no_jobs(load):
    without = kernel_settings(load(), ())
    assert (without.receipt_device, without.drawer_device) == ("", "")
    with_both = kernel_settings(
        load(SMALLEST + "[devices.printer]\nuri = 'escpos+tcp://h'\n[devices.drawer]\nuri = 'x'"),
        (),
    )
    assert (with_both.receipt_device, with_both.drawer_device) == ("printer", "drawer")


# One name or a list of them


def test_what_may_be_one_or_a_list_is_taken_as_either():
    @attrs.frozen
    class Table:
        names: str | tuple[str, ...] = ()
        number: int | None = None

    assert read_table(Table, {"names": "a", "number": 5}) == Table("a", 5)
    assert read_table(Table, {"names": ["a", "b"]}) == Table(("a", "b"))
    with pytest.raises(ConfigurationError, match=r"x\.names\[1\] must be a text"):
        read_table(Table, {"names": ["a", 5]}, "x")
    with pytest.raises(ConfigurationError, match=r"x\.names must be a text"):
        read_table(Table, {"names": 5}, "x")
    with pytest.raises(ConfigurationError, match=r"x\.number must be a whole number"):
        read_table(Table, {"number": [5]}, "x")


# Hand-over, and new prices


def test_ways_of_handing_over_and_reasons_reach_the_kernel(load):
    plain = kernel_settings(load(), ())
    assert (plain.fulfilments, plain.override_reason_needed, plain.override_reasons) == (
        (),
        False,
        (),
    )
    text = (
        '[tax]\nfulfilments = ["eat_in", "take_away"]\n'
        '[prices]\noverride_needs_reason = true\noverride_reasons = ["damaged", "price match"]'
    )
    settings = kernel_settings(load(SMALLEST + text), ())
    assert settings.fulfilments == ("eat_in", "take_away")
    assert settings.override_reason_needed
    assert settings.override_reasons == ("damaged", "price match")


@pytest.mark.parametrize("reasons", ["''", "' '", "'a  b'", "' a'", "'a', 'b', 'a'"])
def test_a_reason_that_cannot_be_typed_is_refused(load, reasons):
    config = load(SMALLEST + f"[prices]\noverride_reasons = [{reasons}]")
    with pytest.raises(ConfigurationError, match=r"prices\.override_reasons\[\d\]") as refused:
        kernel_settings(config, ())
    assert refused.value.hint


def test_entities_are_named_on_receipts(load):
    text = '[entities.baker]\nname = "Baker Ltd"\ntax_number = "DE2"\naddress = ["2 Mill Lane"]'
    named = shop(load(SMALLEST + 'store = "Shop"\ntax_number = "DE1"\n' + text)).sellers
    assert named["baker"] == Seller(name="Baker Ltd", tax_number="DE2", address=("2 Mill Lane",))
    assert named[""] == Seller(name="Shop", tax_number="DE1")
