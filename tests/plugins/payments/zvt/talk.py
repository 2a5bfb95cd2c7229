"""A till's end of a line, and what a terminal says to it, byte for byte."""

from __future__ import annotations

from posframe_payments.zvt import commands
from posframe_payments.zvt.dialogue import Dialogue
from posframe_payments.zvt.framing import TcpLine
from posframe_payments.zvt.outcomes import outcome_of

HEX = bytes.fromhex
OK = HEX("80 00 00")
INSERT_CARD = HEX("04 FF 01 0A")
APPROVED = HEX("04 0F 19 27 00 04 00 00 00 00 17 49 87 00 42 8B F1 F0") + b"MASTERCARD"
DECLINED = HEX("04 0F 02 27 05")
ENDED, STOPPED = HEX("06 0F 00"), HEX("06 1E 01 6C")
REGISTRATION = commands.registration(0, service=1, permits=(commands.PRINT_TEXT_BLOCK,))
AUTHORISATION = commands.authorisation(1749, currency=978, empty_container=True)


class Talk:
    """A till's end, and what was said to it so far."""

    def __init__(self, line=None):
        self.dialogue = Dialogue(line or TcpLine())
        self.facts = []

    def start(self, command, now_s=0.0):
        self.facts += self.dialogue.start(command, now_s)
        return self.dialogue.outgoing()

    def hear(self, data, now_s=0.0):
        """Take bytes; return what the till answers at once."""
        self.facts += self.dialogue.feed(data, now_s)
        return self.dialogue.outgoing()

    def keep(self, *, keep=True, now_s=0.0):
        self.facts += self.dialogue.answer_status(keep=keep, now_s=now_s)
        return self.dialogue.outgoing()

    @property
    def kinds(self):
        return [type(each) for each in self.facts]

    @property
    def outcome(self):
        return outcome_of(self.facts)


def paying(line=None):
    talk = Talk(line)
    talk.start(AUTHORISATION)
    talk.hear(OK)
    return talk
