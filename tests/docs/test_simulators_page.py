"""The page of devices in software: its scenario and its faults can be written as it says."""

from __future__ import annotations

import re

from posframe.hal.registry import simulator_spec
from posframe.hal.simulators.faults import parse_faults
from posframe.hal.simulators.scenario import parse_scenario
from tests.docs.pages import blocks, page, text_of

PAGE = page("docs/tills/simulators.md")


def first_cells(heading: str) -> list[str]:
    """Return what is in backticks in the first column of the table under a heading."""
    table = text_of(PAGE).split(f"| {heading} ")[1].split("\n\n")[0]
    rows = [line.split("|")[1] for line in table.splitlines()[2:]]
    return [span for row in rows for span in re.findall(r"`([^`]+)`", row)]


def test_the_scenario_can_be_played_by_the_device_of_the_page():
    """Every act is one the scale knows."""
    (scenario,) = (block.text for block in blocks(PAGE, "text"))
    scale = simulator_spec("mt8217").make({"capacity": "30"})
    steps = parse_scenario(scenario, scale.acts())
    assert [step.at_ms for step in steps] == [2500, 5500, 10500, 10500, 20000]
    for step in steps:
        if step.words.partition(" ")[0] in scale.acts():
            scale.act(step.words, step.at_ms / 1000)


def test_every_fault_can_be_written_as_the_tables_say():
    """Each beginning with each end."""
    begins = [
        re.sub(r"\b[NT]\b", "5", each.replace("HEX", "57 0D"))
        for each in first_cells("It begins with")
    ]
    ends = first_cells("Then comes")
    assert len(begins) == 7
    assert {each.split()[0] for each in ends} == {
        "drop", "delay", "corrupt", "split", "merge", "nak", "duplicate", "close"}  # fmt: skip
    for begin in begins:
        for end in ends:
            (fault,) = parse_faults(f"{begin} {end} x3")
            assert fault.times == 3
