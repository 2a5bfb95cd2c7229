"""Paper that proves nothing: a mark at the right of every line, and no code that could be scanned.

A receipt of practice cut anywhere still says what it is. Its barcode would open a receipt of the
same number at a live till, and its QR code could be paid by: both are printed as words. Pictures
carry no mark, so there are none. What is blank carries the mark alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from posframe.kernel.domain import receipt_layout as paper
from posframe.kernel.domain.receipt import Align
from posframe.kernel.domain.receipt_text import clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

BODY_MIN = 20
"""Columns left for the words of a line; narrower paper bears the short mark."""
SHORT = 3
"""Letters of the short mark."""


class Marking:
    """How the lines of one document are marked on paper of one width."""

    def __init__(self, mark: str, columns: int, face: paper.Face) -> None:
        """``mark`` is one word of ASCII, which every printer has."""
        assert mark.encode().isalpha(), f"the mark {mark!r} is no word of ASCII"
        self._mark = mark if columns - len(mark) - 1 >= BODY_MIN else mark[:SHORT]
        self._face = face
        self.columns = columns - len(self._mark) - 1
        """What is left for the words."""

    def marked(self, lines: Iterable[paper.Line]) -> tuple[paper.Line, ...]:
        """Return the lines, laid out in ``columns``, each with the mark behind it."""
        return tuple(each for line in lines for each in self._line(line))

    def _line(self, line: paper.Line) -> Iterator[paper.Line]:
        match line:
            case paper.TextLine():
                yield self._text(line)
            case paper.BarcodeLine(data=data) | paper.QrLine(data=data):
                yield from self._words(data)
            case paper.FeedLine(lines=count):
                yield from (self._text(paper.TextLine(())) for _ in range(count))
            case paper.CutLine():
                yield line
            case paper.LogoLine():
                pass

    def _text(self, line: paper.TextLine) -> paper.TextLine:
        """Return a line padded to where the mark begins, its alignment kept by blanks."""
        spans = line.spans
        taken = sum(self._face.width(span.text) * span.style.width for span in spans)
        if taken > self.columns:  # one letter, magnified beyond what is left for it
            spans = tuple(span._replace(style=span.style._replace(width=1)) for span in spans)
            taken = sum(self._face.width(span.text) for span in spans)
        spare = max(0, self.columns - taken)
        before = {Align.LEFT: 0, Align.CENTRE: spare // 2, Align.RIGHT: spare}[line.align]
        blanks = paper.Span(" " * before), paper.Span(" " * (spare - before) + f" {self._mark}")
        every = (blanks[0], *spans, blanks[1])
        return paper.TextLine(tuple(span for span in every if span.text))

    def _words(self, data: str) -> Iterator[paper.Line]:
        """Yield the data of a code as words, which no scanner reads."""
        text = self._face.prepare(clean(data))
        while text:
            end = _fitting(text, self.columns, self._face)
            yield self._text(paper.TextLine((paper.Span(text[:end]),)))
            text = text[end:]


def _fitting(text: str, columns: int, face: paper.Face) -> int:
    """Return how many characters fit; one at least, so that there is an end."""
    end = len(text)
    while end > 1 and face.width(text[:end]) > columns:
        end -= 1
    return end
