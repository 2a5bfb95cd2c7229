"""Themes: every style there is has colours, and words can be read."""

import pytest
from rich.color import ColorSystem
from rich.style import Style

from posframe_terminal.paint.rows import styles_in
from posframe_terminal.paint.screens import Screens
from posframe_terminal.theme import DARK, THEMES
from tests.terminal_ui.examples import ALL, SALE

CONTRAST_MIN = 7.0


def luminance(colour) -> float:
    def linear(value: int) -> float:
        share = value / 255
        return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4

    red, green, blue = colour.get_truecolor()
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)


def contrast(style: Style) -> float:
    lighter, darker = sorted((luminance(style.color), luminance(style.bgcolor)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("name", ["dark", "light", "high-contrast"])
def test_every_pair_of_colours_has_enough_contrast(name):
    weak = {
        style: round(contrast(Style.parse(spec)), 1)
        for style, spec in THEMES[name].items()
        if contrast(Style.parse(spec)) < CONTRAST_MIN
    }
    assert weak == {}


@pytest.mark.parametrize("name", THEMES)
def test_all_themes_know_all_styles(name):
    assert THEMES[name].keys() == DARK.keys()


def test_every_style_that_a_screen_uses_is_in_the_themes():
    screens = Screens()
    used = set()
    for view in ALL.values():
        for size in ((80, 24), (120, 36)):
            used |= styles_in(screens.paint(view, *size, under=SALE)).keys()
    assert used <= DARK.keys()


def test_mono_uses_no_more_than_sixteen_colours():
    for spec in THEMES["mono"].values():
        style = Style.parse(spec)
        assert style.color.downgrade(ColorSystem.STANDARD) == style.color
        assert style.bgcolor.downgrade(ColorSystem.STANDARD) == style.bgcolor
