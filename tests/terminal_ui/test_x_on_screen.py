"""An X on the screen tells cash to who may see what should be in the drawer, and to nobody else."""

import pytest

from tests.terminal_ui.selling import MILK
from tests.terminal_ui.signing_stand import signing_counter

BLIND = "Cash: counted blind"


async def looked_at(desk, number):
    """A sale of 1.19 in cash by one operator; then another looks at an X, every row of it."""
    await desk.sign_in("17")
    await desk.scan(MILK)
    await desk.key("f9")
    await desk.enter("")
    await desk.enter(".signout")
    await desk.sign_in(number)
    await desk.enter(".x")
    assert desk.view.screen == "report"
    return [" ".join(row.split()) for row in desk.view.rows]


async def test_a_supervisor_reads_and_prints_an_x_without_cash(tmp_path):
    async with signing_counter(tmp_path) as desk:
        rows = await looked_at(desk, "42")
        assert BLIND in rows
        assert "GROSS 1.19" in rows
        assert not [row for row in rows if row.startswith(("Expected", "Float", "Cash sales"))]
        await desk.key("f11")
        assert list(desk.till.state.jobs.values())[-1].subject == "x"


async def test_a_manager_reads_what_should_be_in_the_drawer(tmp_path):
    async with signing_counter(tmp_path) as desk:
        rows = await looked_at(desk, "7")
        assert [row for row in rows if row.startswith("Expected ")]
        assert BLIND not in rows


@pytest.mark.parametrize(("allowed", "blind"), [("", True), (', count_expected = "any"', False)])
async def test_what_a_day_would_close_with_is_shown_by_the_same_right(tmp_path, allowed, blind):
    closes = f'\n[roles.supervisor]\nallow = {{ day_close = "any"{allowed} }}\n'
    async with signing_counter(tmp_path, settings=closes) as desk:
        await desk.sign_in("42")
        await desk.scan(MILK)
        await desk.key("f9")
        await desk.enter("")
        await desk.enter(".closeday")
        assert any(BLIND in row for row in desk.view.rows) is blind
