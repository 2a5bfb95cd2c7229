"""A bank, its customers with their telephones, and the files it puts into a shop's folder.

A customer reads what the screen shows by the lines of EPC069-12, and not by our codec.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import weakref
from collections import Counter
from pathlib import Path

import attrs

from posframe.kernel.domain.payment import AnswerOutcome
from posframe.kernel.providers import PaymentProvider
from posframe.testing.payments.kit import PaymentKit
from posframe_payments.qr_bank import BankFolder, bank_map
from posframe_payments.qr_payees import payee
from posframe_payments.qr_provider import BankedQrProvider, by_bank
from posframe_payments.settings import QrSettings

IBAN = "DE71110220330123456789"
SETTINGS = QrSettings(kind="epc", name="Corner shop", iban=IBAN, confirm="bank")
BANKED = attrs.evolve(by_bank(60, 1), grace_s=120)
"""Two minutes in place of days: the suite ends after two hours of its time."""
HEADER = "date,amount,currency,reference"
OTHERS = "2026-01-02,12.34,EUR,RF18 5390 0754 7034"
"""Somebody else's transfer of the very amount the suite asks for."""


class Bank:
    """The account's truth, and what its files say of it."""

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="bank-"))
        weakref.finalize(self, shutil.rmtree, self.folder, ignore_errors=True)
        self.taken = {}
        """Minor units booked, by our id of the payment."""
        self.scans = 0
        self.customer_s, self.file_s = 1.0, 0.1
        self.rows = [OTHERS]
        self._troubles = Counter()
        self.write()

    def fail(self, trouble):
        self._troubles[trouble] += 1

    def happens(self, trouble):
        self._troubles[trouble] -= 1
        return self._troubles[trouble] >= 0

    def scan(self, payment, payload):
        """Let a customer read the code and transfer what it says, once."""
        self.scans += 1
        lines = payload.split("\n")
        assert (lines[0], lines[6]) == ("BCD", IBAN), payload
        amount, reference = lines[7].removeprefix("EUR"), lines[9]
        if payment in self.taken or self.happens("lost request"):
            return
        if self.happens("garbage"):
            self.rows.append(f"2026-01-02,{amount}.7,EUR,{reference}")
            self.later(self.customer_s, self.write)
            return
        delay_s = 70.0 if self.happens("late approval") else self.customer_s
        self.later(delay_s, self.book, payment, amount, reference)

    def book(self, payment, amount, reference):
        whole, _, cents = amount.partition(".")
        self.taken[payment] = int(whole) * 100 + int(cents.ljust(2, "0"))
        self.right = f"2026-01-02,{amount},EUR,{reference}"
        wrong = f"2026-01-02,{int(whole) + 1}.00,EUR,{reference}"
        self.rows.append(wrong if self.happens("wrong amount") else self.right)
        if self.happens("duplicate answer"):
            self.rows.append(self.right)
        self.later(100.0 if self.happens("lost answer") else self.file_s, self.write)

    def correct(self):
        """Put right a file that named another amount."""
        if self.rows[-1].endswith(self.right[-20:]):
            self.rows[-1] = self.right
            self.write()

    def write(self):
        """Put a file into the folder, whole."""
        if self.folder.is_dir():
            text = "\n".join((HEADER, *self.rows)) + "\n"
            (self.folder / "new").write_text(text, encoding="utf-8")
            (self.folder / "new").rename(self.folder / "credits.csv")

    def cut_off(self):
        shutil.rmtree(self.folder)

    @staticmethod
    def later(delay_s, act, *arguments):
        asyncio.get_running_loop().call_later(delay_s, act, *arguments)


class Watched(PaymentProvider):
    """A provider, and a customer who looks at its screen."""

    def __init__(self, bank, provider):
        self.bank, self.provider = bank, provider
        self.capabilities = provider.capabilities
        self._last = ""

    def identify(self):
        return self.provider.identify()

    async def authorise(self, request):
        async for answer in self.provider.authorise(request):
            if answer.shows and answer.shows != self._last:
                self._last = answer.shows
                self.bank.scan(request.payment, answer.shows)
            self._heard(answer)
            yield answer

    async def inquire(self, request):
        answer = await self.provider.inquire(request)
        self._heard(answer)
        return answer

    def cancel(self, request):
        return self.provider.cancel(request)

    def reverse(self, request):
        return self.provider.reverse(request)

    def _heard(self, answer):
        if answer.outcome is AnswerOutcome.APPROVED:
            self.bank.correct()


def provider_of(bank, capabilities=BANKED):
    paid = payee("giro", SETTINGS, "EUR")
    folder = BankFolder(bank.folder, bank_map(bank.folder, "", "", "EUR"))
    return Watched(bank, BankedQrProvider(paid, folder, capabilities, prints=True))


KIT = PaymentKit(
    name="giro",
    capabilities=BANKED,
    simulator=Bank,
    provider=provider_of,
    booked=lambda bank, id_: (bank.taken[id_],) if id_ in bank.taken else (),
    returned=lambda _bank, _id: (),
    wire=lambda bank: bank.scans,
    troubles={
        "lost request": lambda bank: bank.fail("lost request"),
        "lost answer": lambda bank: bank.fail("lost answer"),
        "late approval": lambda bank: bank.fail("late approval"),
        "duplicate answer": lambda bank: bank.fail("duplicate answer"),
        "wrong amount": lambda bank: bank.fail("wrong amount"),
        "foreign answer": lambda bank: bank.fail("lost request"),  # somebody else's is there
        "garbage": lambda bank: bank.fail("garbage"),
        "unreachable": Bank.cut_off,
    },
    cannot={
        "decline": "a transfer is made or not: no bank says no to the shop",
        "approval after decline": "the same",
    },
)
