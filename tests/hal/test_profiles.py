"""Laws of printer profiles."""

from __future__ import annotations

import subprocess
import sys

import pytest

from posframe.errors import ConfigurationError
from posframe.hal.profiles import (
    CodePage,
    PrinterProfile,
    load_profile,
    page_order,
    profile_names,
    require_language,
)

OWN = [
    "epson-tm-t20",
    "epson-tm-t88",
    "epson-tm-t88iv",
    "gb18030-80mm",
    "generic-58mm",
    "generic-80mm",
    "star-tsp650",
]


def encodings(profile, language="en"):
    return [page.encoding for page in page_order(profile, language)]


def test_every_profile_can_be_loaded_and_prefers_the_page_with_the_euro():
    for name in profile_names():
        profile = load_profile(name)
        assert profile.name == name
        assert profile.columns * 8 <= profile.dots or profile.dots < 300  # a display of two lines
        if "cp858" in encodings(profile):
            assert encodings(profile)[0] == "cp858"


def test_our_own_profiles_come_first():
    assert list(profile_names()[: len(OWN)]) == OWN


def test_page_numbers_are_those_of_the_model():
    pages = load_profile("epson-tm-t20").pages
    assert CodePage("cp858", 19) in pages
    assert CodePage("cp1257", 51) in pages


def test_a_language_brings_its_pages_to_the_front():
    profile = load_profile("epson-tm-t20")
    assert encodings(profile, "lt-LT")[:3] == ["cp1257", "cp775", "cp858"]
    assert encodings(profile, "ru")[:2] == ["cp866", "cp1251"]
    assert sorted(encodings(profile, "el")) == sorted(encodings(profile))


def test_named_printers_come_from_the_database_of_python_escpos_unimported():
    pytest.importorskip("escpos")
    profile = load_profile("TM-T88V")
    assert (profile.columns, profile.dots, profile.cutter) == (42, 512, "partial")
    assert CodePage("cp1257", 51) in profile.pages
    code = (
        "import sys; from posframe.hal.profiles import load_profile; load_profile('TM-T88V');"
        "loaded = {name.split('.')[0] for name in sys.modules};"
        "sys.exit(bool(loaded & {'escpos', 'PIL', 'serial', 'usb'}))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_what_the_database_does_not_know_or_cannot_mean_has_a_default():
    assert load_profile("NT-80-V-UL").columns == 42  # it says 12
    assert load_profile("NT-80-V-UL").dots == 576
    assert load_profile("simple").dots == load_profile("simple").columns * 12


def test_star_printers_are_known_by_their_language():
    pytest.importorskip("escpos")
    assert "TSP600" in profile_names()
    profile = load_profile("TSP600")
    assert (profile.language, profile.dots) == ("star", 576)
    assert CodePage("cp437", 1) in profile.pages  # 0 is a set of Star's own
    assert CodePage("cp858", 4) in profile.pages
    assert load_profile("TM-T88V").language == "escpos"


def test_a_printer_of_another_language_is_refused_with_the_driver_that_speaks_it():
    require_language(load_profile("generic-80mm"), "escpos")
    with pytest.raises(ConfigurationError, match="speaks Star Line Mode, not ESC/POS") as error:
        require_language(load_profile("star-tsp650"), "escpos")
    assert "star+tcp" in error.value.hint


def test_no_profile_promises_what_its_model_may_lack():
    for name in profile_names():
        profile = load_profile(name)
        if profile.fence == "process_id" or profile.asb or profile.buffer_clear:
            assert name.startswith("epson-")
        assert not profile.real_time_pulse
        assert not profile.buzzer
        assert profile.fence in {"none", "etb" if profile.language == "star" else profile.fence}


@pytest.mark.parametrize(
    ("name", "overrides", "message"),
    [
        ("epson-tm-88", None, "Did you mean 'epson-tm-t88'"),
        ("zzz", None, "Profiles: epson-tm-t20"),
        ("generic-80mm", {"colums": 42}, "Did you mean 'columns'"),
        ("generic-80mm", {"columns": 3}, "columns"),
        ("generic-80mm", {"columns": 48.0}, "columns"),
        ("generic-80mm", {"asb": "no"}, "asb"),
        ("generic-80mm", {"buffer_clear": 1}, "buffer_clear"),
        ("generic-80mm", {"cutter": "guillotine"}, "cutter"),
        ("generic-80mm", {"fence": "hope"}, "fence"),
        ("generic-80mm", {"language": "latin"}, "language"),
        ("generic-80mm", {"pages": {"x": "cp437"}}, "invalid literal"),
        ("generic-80mm", {"pages": {"300": "cp437"}}, "not from 0 to 255"),
    ],
)
def test_a_wrong_profile_says_what_is_wrong(name, overrides, message):
    with pytest.raises(ConfigurationError, match=message):
        load_profile(name, overrides)


def test_overrides_replace_fields_and_nothing_else():
    profile = load_profile("generic-80mm", {"columns": 42, "pages": {"25": "CP1257", "1": "CP932"}})
    assert profile.columns == 42
    assert profile.pages == (CodePage("cp1257", 25),)
    assert profile.cancels_kanji is True
    assert load_profile("generic-80mm").columns == 48


def test_a_page_listed_twice_is_used_by_its_first_number():
    pages = {"0": "CP437", "50": "CP437"}
    assert load_profile("generic-80mm", {"pages": pages}).pages == (CodePage("cp437", 0),)


def test_a_profile_is_a_value():
    assert PrinterProfile(name="x") == PrinterProfile(name="x")
