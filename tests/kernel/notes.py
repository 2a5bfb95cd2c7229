"""A small plugin of the tests' own: notes, an event and a command, and a read model of them."""

from __future__ import annotations

from typing import Annotated

import attrs

from posframe.kernel.contracts import CommandType, Projection
from posframe.kernel.domain.events import event
from posframe.kernel.hookspecs import hookimpl


@event("notes.Noted")
@attrs.frozen
class Noted:
    """Somebody noted something."""

    text: Annotated[str, 1]
    loud: Annotated[bool, 2] = False


@attrs.frozen
class Note:
    """Note something."""

    text: str
    times: int = 1


def apply(row):
    """Keep every note; ``bad`` ones cannot be kept."""
    if isinstance(row.event, Noted):
        yield "keep", (row.seq, row.event.text)
        if row.event.text == "bad":
            raise ValueError("bad notes are not kept")


NOTES = Projection(
    name="notes",
    handles=frozenset({"notes.Noted"}),
    migrations=("CREATE TABLE notes_note (seq INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;",),
    statements={"keep": "INSERT INTO notes_note VALUES (?, ?)"},
    queries={"all": "SELECT seq, text FROM notes_note ORDER BY seq"},
    apply=apply,
)
REQUIRED = attrs.evolve(NOTES, required=True)


class NotesPlugin:
    """Notes what it is told; made with other projections and hooks by the tests that need them."""

    criticality = "degradable"

    def __init__(self, *projections):
        self.projections = projections or (NOTES,)

    @hookimpl
    def posframe_events(self):
        return [Noted]

    @hookimpl
    def posframe_commands(self):
        return [CommandType(command=Note, decide=self.note)]

    @hookimpl
    def posframe_projections(self):
        return self.projections

    @staticmethod
    def note(command, sale, moment):
        return "Noted", [Noted(command.text)] * command.times


def notes_in(till):
    """Return the texts of the notes that the read model has."""
    return [text for _, text in till.call(lambda: till.parts.journal.query(NOTES.queries["all"]))]
