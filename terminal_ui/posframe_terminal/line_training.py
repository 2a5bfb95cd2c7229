"""Training in line mode: every answer of practice says so, and then what the lesson asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any


def practice_sentences(answer: dict[str, Any], said: list[str]) -> list[str]:
    """Return what came of an entry, with what is to be said of training; else as it is."""
    lessons = [f"{words}." for words in answer.get("lessons", ())]
    if not answer.get("training"):
        return [*said, *lessons]
    first, *others = said or ["done."]
    return [f"Training: {first}", *others, *lessons, *_coached(answer.get("coach", {}))]


def _coached(coach: dict[str, Any]) -> list[str]:
    if not coach.get("say"):
        return []
    at = f"Step {coach['step']} of {coach['steps']}: " if coach["step"] else ""
    hint = [f"Hint: {coach['hint']}"] if coach["hint"] else []
    return [f"{at}{coach['say']}", *hint]
