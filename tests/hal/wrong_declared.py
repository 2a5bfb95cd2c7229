"""Drivers that are wrong in what they say of themselves."""

from __future__ import annotations

import attrs

from posframe.drivers import CardRead, CardRefused, Scan
from tests.hal import toy_kits
from tests.hal.making_wrong import PrintsBlindly, Wrong, cards_by, declaring, with_codec, without
from tests.hal.toys import CardCodec, ReaderCodec, ToyPrinter, ToyReader, ToyScale


class Undeclared(ToyScale):
    async def zero(self, deadline_s):
        await self.send(b"0\n")


class RefusesTooLate(ToyScale):
    async def zero(self, deadline_s):
        await self.send(b"0\n")
        await super().zero(deadline_s)


class KeepsTheCard(CardCodec):
    def fact(self, text):
        self.last = text
        return super().fact(text)


class SaysTheCard(CardCodec):
    def fact(self, text):
        return CardRefused(f"{text} is a payment card") if len(text) > 12 else CardRead(text, "msr")


class SpeaksFirst(ToyReader):
    async def start(self):
        self.setup.emit(Scan("0", "]E0"))


class IgnoresPaper(ToyPrinter):
    paper = property(lambda self: True, lambda self, value: None)


class LeavesAim(ReaderCodec):
    def fact(self, text):
        return Scan(f"]E0{text}", "]E0")


@attrs.frozen(kw_only=True)
class Wordless(toy_kits.ToyOptions):
    quiet: bool = False


@attrs.frozen(kw_only=True)
class Alike(toy_kits.ToyOptions):
    loudx: bool = False
    """Hardly another name."""


def _with_options(options):
    kit = toy_kits.scale()
    return attrs.evolve(kit, spec=attrs.evolve(kit.spec, options=options))


WRONG = (
    Wrong(
        "declares what is no capability",
        "test_the_spec_says_what_the_driver_is",
        declaring(toy_kits.scale(), {"stabel"}),
        "did you mean 'stable'",
    ),
    Wrong(
        "has a wordless option",
        "test_options_have_defaults_and_words",
        _with_options(Wordless),
        "quiet",
    ),
    Wrong(
        "has options that are alike",
        "test_unknown_options_are_refused_with_a_suggestion",
        _with_options(Alike),
        "DID NOT RAISE",
    ),
    Wrong(
        "does what it does not declare",
        "test_what_a_scale_cannot_do_it_refuses_unsent",
        toy_kits.scale(Undeclared),
        "not declared, and not refused",
    ),
    Wrong(
        "refuses when it has sent",
        "test_what_a_scale_cannot_do_it_refuses_unsent",
        toy_kits.scale(RefusesTooLate),
        "2 bytes were sent",
    ),
    Wrong(
        "confirms without declaring how",
        "test_only_what_can_be_confirmed_is_said_to_be_done",
        without(toy_kits.printer(PrintsBlindly), "fence"),
        "nobody knows",
    ),
    Wrong(
        "leaves the AIM identifier in the code",
        "test_the_symbology_comes_with_the_code",
        toy_kits.scanner(
            with_codec(ToyReader, LeavesAim), expected=(Scan("]E04006381333931", "]E0"),)
        ),
        "stands in the code",
    ),
    Wrong(
        "has an open wire log",
        "test_a_reader_of_cards_keeps_its_wire_log_empty",
        attrs.evolve(toy_kits.cards(), spec=attrs.evolve(toy_kits.cards().spec, secret=False)),
        "secret=True",
    ),
    Wrong(
        "keeps a card number",
        "test_a_secret_is_nowhere_to_be_found",
        cards_by(KeepsTheCard),
        r"number \[0\]",
    ),
    Wrong(
        "says a card number",
        "test_a_secret_is_nowhere_to_be_found",
        cards_by(SaysTheCard),
        r"number \[0\]",
    ),
    Wrong(
        "gives a scale a stimulus",
        "test_the_kit_asks_something",
        toy_kits.scale(stimulus="put 5"),
        "send unasked",
    ),
    Wrong(
        "speaks first", "test_the_kit_says_what_is_sent", toy_kits.scanner(SpeaksFirst), "Nobody"
    ),
    Wrong(
        "prints without paper",
        "test_trouble_before_a_print_is_said_and_nothing_printed",
        toy_kits.printer(IgnoresPaper),
        "something was done|nobody says",
    ),
)
