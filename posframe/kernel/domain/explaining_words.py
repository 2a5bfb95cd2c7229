"""Explaining in words: a trace as rows a person reads, the same on screen, in sentences, on paper.

Each row is a text with the amount it stands for. How wide a row is, and where it breaks, belongs to
who shows it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from posframe.kernel.domain.explaining import SUMS
from posframe.value import Value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from posframe.kernel.domain.trace import TraceStep


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Said(Value):
    """One row of an explanation."""

    kind: str
    """``line``: what follows is about it; ``step``; ``sum``: of all before; ``note``: no amount."""
    text: str
    minor: int | None = None
    """Signed minor units; of a line what its steps come to."""


def explained(
    steps: Iterable[TraceStep], names: Mapping[int, str], *, line: int = 0
) -> tuple[Said, ...]:
    """Return a trace in words.

    Args:
        steps: the trace, the steps of a line one after another.
        names: what the goods are called, by line number.
        line: only this line; 0: the whole sale.
    """
    by_line: dict[int, list[TraceStep]] = {}
    for step in steps:
        by_line.setdefault(step.line, []).append(step)
    whole = by_line.pop(0, [])
    rows: list[Said] = []
    for number, about in by_line.items():
        if line in {0, number}:
            rows += _line(number, names.get(number, ""), about)
    for step in () if line else whole:
        rows += _step(step)
    return tuple(rows)


def _line(number: int, name: str, steps: Sequence[TraceStep]) -> Iterable[Said]:
    gross = sum(step.result_minor for step in steps)
    yield Said(kind="line", text=f"Line {number}: {name}", minor=gross)
    for step in steps:
        yield from _step(step)


def _step(step: TraceStep) -> Iterable[Said]:
    kind = "sum" if step.step in SUMS else "step"
    inputs = dict(step.inputs)
    words = _WORDS.get(step.step, _other)(step, inputs)
    yield Said(kind=kind, text=words, minor=step.result_minor)
    for note in filter(None, (_note(step, inputs),)):
        yield Said(kind="note", text=note)


def _price(step: TraceStep, inputs: Mapping[str, str]) -> str:
    if "receipt" in inputs:
        return step.rule  # its price is that of its sale; no list was asked
    origin = "catalogue" if step.source == "catalogue" else f"price list {step.source}"
    version = f", version {inputs['version']}" if "version" in inputs else ""
    exact = "per" not in inputs and "." not in inputs["quantity"]
    return (
        f"{step.rule} ({origin}{version}){'' if exact else f', rounded {_words_of(step.rounding)}'}"
    )


def _offer(step: TraceStep, _inputs: Mapping[str, str]) -> str:
    return f"offer {step.source}: {step.rule}"


def _tax(step: TraceStep, inputs: Mapping[str, str]) -> str:
    return f"tax {step.source} on {inputs['base']}: {step.rule}, {_words_of(step.rounding)}"


def _sum(step: TraceStep, _inputs: Mapping[str, str]) -> str:
    return f"{'TO PAY' if step.step == 'payable' else 'TOTAL'}: {step.rule}"


def _plain(prefix: str) -> Callable[[TraceStep, Mapping[str, str]], str]:
    return lambda step, _inputs: f"{prefix}{step.rule}"


def _other(step: TraceStep, _inputs: Mapping[str, str]) -> str:
    return f"{step.step} {step.source}: {step.rule}"


_WORDS: dict[str, Callable[[TraceStep, Mapping[str, str]], str]] = {
    "price": _price,
    "override": _plain("price by hand: "),
    "adjustment": _plain("discount by hand: "),
    "offer": _offer,
    "basket": _plain("discount: "),
    "net": _plain(""),
    "tax": _tax,
    "rounding": _plain("rounding: "),
    "total": _sum,
    "payable": _sum,
}


def _note(step: TraceStep, inputs: Mapping[str, str]) -> str:
    """Return what more there is to know of an amount; empty when its words say all."""
    if step.step == "total":
        return ", ".join(f"{name} {amount}" for name, amount in inputs.items())
    if step.step == "basket":
        whole = inputs.get("amount_of_all")
        return f"its share of {whole} off all goods" if whole else ""
    if step.step != "offer":
        return ""
    times, short = inputs.get("applications", "1"), inputs.get("short_by")
    alone = int(inputs["saving"].replace(".", "")) == -step.result_minor
    notes = (
        "" if alone else f"{inputs['saving']} saved in all",
        "" if times == "1" else f"{times} times",
        f"not proven the best: others might save up to {short} more" if short else "",
    )
    return ", ".join(filter(None, notes))


def _words_of(rounding: str) -> str:
    return rounding.replace("_", " ")
