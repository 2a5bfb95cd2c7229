"""Checkout-Dialog scales: prices and results, why there is none, and the proof of Dialog 06."""

from __future__ import annotations

import anyio
import attrs
import pytest

from posframe.errors import ConfigurationError
from posframe.hal.errors import DeviceFault, ProtocolError, Unanswered, Unsupported
from posframe.hal.weighing import Weigher
from posframe.hal.weights import Load, Reading, Weight
from posframe.testing.hal.kits.scales import APPROVAL, DIALOG02, DIALOG04, DIALOG06
from posframe.testing.virtual_clock import VIRTUAL_TIME
from tests.hal.scale_bench import scale

HEX = bytes.fromhex
EOT, ENQUIRE, STATUS = HEX("04"), HEX("04 05"), HEX("04 02 30 38 03")
PRICE_199 = HEX("04 02 30 31 1B 30 30 30 31 39 39 1B 03")
NO_PRICE = HEX("04 02 30 31 1B 30 30 30 30 30 30 1B 03")
SOLD = Reading(Load.STABLE, Weight(1250, 3, "kg"), price_minor=199, amount_minor=249)
PLAIN = pytest.mark.parametrize("kit", [DIALOG02, DIALOG04], ids=lambda kit: kit.spec.name)


@pytest.fixture
def anyio_backend():
    return VIRTUAL_TIME


async def fails(error, awaitable):
    with pytest.raises(error) as caught:
        await awaitable
    return caught.value


@PLAIN
async def test_a_price_is_shown_and_the_scale_computes_the_amount(kit):
    async with scale(kit, load="1.250") as bench:
        await bench.driver.price(199, "", 2.0)
        assert bench.simulator.price_minor == 199
        assert await bench.driver.read(2.0) == SOLD
        assert bench.line.writes == [PRICE_199, EOT, ENQUIRE, EOT]


async def test_each_weighing_begins_with_the_price():
    async with scale(DIALOG04, load="1.250", again="yes") as bench:
        await bench.driver.price(199, "", 2.0)
        await bench.driver.read(2.0)
        bench.line.writes.clear()
        assert await bench.driver.read(2.0) == SOLD
        assert bench.line.writes == [PRICE_199, ENQUIRE, EOT]


async def test_a_result_not_there_yet_is_asked_for_again_without_the_price():
    async with scale(DIALOG04, still=False, load="1.250") as bench:
        bench.line.act("put 1.250")
        assert (await bench.driver.read(2.0)).load is Load.MOTION
        assert bench.line.writes == [NO_PRICE, ENQUIRE, STATUS, EOT]
        bench.line.writes.clear()
        assert (await bench.driver.read(2.0)).load is Load.MOTION
        assert bench.line.writes == [ENQUIRE, STATUS, EOT]
        bench.line.writes.clear()
        await anyio.sleep(2)
        assert (await bench.driver.read(2.0)).load is Load.STABLE
        assert bench.line.writes == [ENQUIRE, EOT]


@pytest.mark.parametrize(
    ("act", "load"),
    [
        ("take", Load.BELOW_MINIMUM),
        ("lift", Load.UNDER_ZERO),
        ("overload", Load.OVERLOAD),
    ],
)
@pytest.mark.parametrize("keeps", ["yes", "no"])
async def test_the_status_says_why_there_is_no_result(act, load, keeps):
    async with scale(DIALOG04, load="1.250", keeps_status=keeps) as bench:
        bench.line.act(act)
        assert await bench.driver.read(2.0) == Reading(load)
        asked = [NO_PRICE, ENQUIRE, STATUS, *([ENQUIRE] if keeps == "yes" else []), EOT]
        assert bench.line.writes == asked
        bench.line.act("put 1.250")
        assert (await bench.driver.read(2.0)).load is Load.STABLE


async def test_a_load_that_was_not_moved_is_the_same_and_no_new_weighing():
    async with scale(DIALOG02, load="1.250") as bench:
        assert (await bench.driver.read(2.0)).moved
        assert await bench.driver.read(2.0) == Reading(Load.SAME)
        assert bench.simulator.weighings == 1


async def test_waiting_polls_twice_a_second_until_the_load_rests():
    async with scale(DIALOG04, still=False) as bench:
        bench.line.act("put 1.250")
        await bench.driver.price(199, "", 2.0)
        began_s = anyio.current_time()
        assert await Weigher().weigh(bench.driver, deadline_s=5) == SOLD
        # 1.25 kg swings within a division after four swings of 60 ms, and rests 400 ms more.
        assert anyio.current_time() - began_s == pytest.approx(1.0)
        assert bench.line.writes.count(ENQUIRE) == 3
        assert bench.line.writes.count(PRICE_199) == 1


async def test_tare_and_text_go_with_the_price():
    async with scale(DIALOG04, load="1.250") as bench:
        await bench.driver.tare(250, 2.0)
        await bench.driver.price(199, "Äpfel, lose, Kl. II", 2.0)
        reading = await bench.driver.read(2.0)
        assert reading == Reading(
            Load.STABLE, Weight(1000, 3, "kg"), net=True, price_minor=199, amount_minor=199
        )
        assert bench.simulator.text == "Apfel, lose,"
        assert bench.line.writes[0] == HEX("04 02 30 33 1B 30 30 30 30 30 30 1B 30 32 35 30 03")
        assert bench.line.writes[2][2:4] == b"05"
        bench.line.act("put 1.250")
        await bench.driver.tare(0, 2.0)
        assert (await bench.driver.read(2.0)).weight == Weight(1250, 3, "kg")


@pytest.mark.parametrize("grams", [None, -1, 10_000])
async def test_a_tare_the_dialog_has_no_record_for_is_refused_unsent(grams):
    async with scale(DIALOG04, load="1.250") as bench:
        await fails(Unsupported, bench.driver.tare(grams, 2.0))
        await fails(Unsupported, bench.driver.price(1_000_000, "", 2.0))
        assert bench.line.writes == []


async def test_a_tare_the_scale_refuses_is_forgotten():
    async with scale(DIALOG04, load="1.250", capacity="5") as bench:
        error = await fails(DeviceFault, bench.driver.tare(6000, 2.0))
        assert error.fault == "tare"
        assert "at the scale" in error.hint
        assert (await bench.driver.read(2.0)).weight == Weight(1250, 3, "kg")


async def test_a_record_the_scale_does_not_know_is_something_it_cannot_do():
    # Record 04 arrives as 06.
    async with scale(DIALOG02, faults="rx on 30 34 1B corrupt 1 x9", load="1.250") as bench:
        await fails(Unsupported, bench.driver.price(199, "x", 2.0))


async def test_a_scale_in_pounds_is_refused_where_kilograms_are_expected():
    async with scale(DIALOG04, unit="lb", load="2.76") as bench:
        error = await fails(ProtocolError, bench.driver.read(2.0))
        assert "unit=lb" in error.hint
    async with scale(DIALOG04, options={"unit": "lb"}, unit="lb", load="2.76") as bench:
        assert (await bench.driver.read(2.0)).weight == Weight(276, 2, "lb")
        await fails(Unsupported, bench.driver.tare(100, 2.0))


async def test_an_amount_for_another_price_is_not_believed():
    # 000199 comes back as 000198.
    async with scale(DIALOG04, faults="tx at byte 18 corrupt 0", load="1.250") as bench:
        await bench.driver.price(199, "", 2.0)
        error = await fails(ProtocolError, bench.driver.read(2.0))
        assert "another unit price" in error.message


async def test_a_lost_result_is_never_made_up_for_by_the_same():
    """The scale gave a weight that never arrived, and says now that nothing has moved."""
    async with scale(DIALOG04, faults="tx at byte 1 drop 26", load="1.250") as bench:
        weigher = Weigher()
        error = await fails(DeviceFault, weigher.weigh(bench.driver, deadline_s=6))
        assert error.fault == "same_weight"
        bench.line.act("put 1.250")
        assert (await weigher.weigh(bench.driver, deadline_s=5)).weight == Weight(1250, 3, "kg")


async def test_a_silent_scale_is_given_up_and_the_dialogue_begun_anew():
    async with scale(DIALOG04, faults="tx at byte 1 drop 26", load="1.250", again="yes") as bench:
        await fails(Unanswered, bench.driver.read(3.0))
        bench.line.writes.clear()
        assert (await bench.driver.read(3.0)).load is Load.STABLE
        assert bench.line.writes == [NO_PRICE, ENQUIRE, EOT]


async def test_a_dialog_06_scale_gets_its_checksums_and_weighs():
    """The exchange of the manual: Z is 47, CS is turned left by 4, KW right by 7."""
    options = {"polynomial": "11021", "checksums": "0001"}
    async with scale(DIALOG06, options=options, load="1.250", **options) as bench:
        assert (await bench.driver.read(2.0)).weight == Weight(1250, 3, "kg")
        # 0001 turned left by 4 is 0010; its KW, 1021, turned right by 7 is 4220.
        proof = b"\x04\x0210\x1b00104220\x03"
        assert bench.line.writes == [NO_PRICE, proof, ENQUIRE, NO_PRICE, ENQUIRE, EOT]


async def test_a_dialog_06_scale_asks_again_after_fifty_weighings():
    async with scale(DIALOG06, load="1.250", again="yes", **APPROVAL) as bench:
        for _ in range(101):
            assert (await bench.driver.read(2.0)).load is Load.STABLE
        proofs = [each for each in bench.line.writes if each[2:4] == b"10"]
        assert len(proofs) == 3  # before the first, the 51st and the 101st weighing
        assert len(set(proofs)) == 3, "each is turned by another number"
        assert all(len(each) == 5 + 2 * 8 + 1 for each in proofs)


async def test_a_dialog_06_scale_asks_again_after_power_up():
    async with scale(DIALOG06, load="1.250", again="yes", **APPROVAL) as bench:
        await bench.driver.read(2.0)
        for act in ("take", "off", "on", "put 1.250"):
            bench.line.act(act)
        bench.line.writes.clear()
        assert (await bench.driver.read(2.0)).load is Load.STABLE
        assert [each[2:4] for each in bench.line.writes[:2]] == [b"01", b"10"]


@pytest.mark.parametrize(
    "wrong", [{"polynomial": "8005"}, {"checksums": "1234,ABCE"}, {"checksums": "FFFF"}]
)
async def test_a_wrong_proof_says_what_to_get_from_the_scales_maker(wrong):
    async with scale(DIALOG06, options=APPROVAL | wrong, load="1.250", **APPROVAL) as bench:
        error = await fails(DeviceFault, bench.driver.read(2.0))
        assert error.fault == "approval"
        assert "maker" in error.hint
        assert bench.simulator.weighings == 0


@pytest.mark.parametrize("left_out", ["polynomial", "checksums"])
async def test_there_is_no_default_for_what_proves_an_approval(left_out):
    options = {key: value for key, value in APPROVAL.items() if key != left_out}
    with pytest.raises(ConfigurationError) as refusal:
        async with scale(DIALOG06, options=options, **APPROVAL):
            pass
    assert "maker" in str(refusal.value) or "hexadecimal" in str(refusal.value)


async def test_a_till_without_approval_is_told_so_by_its_dialog_04_driver():
    kit = attrs.evolve(DIALOG04, simulator=DIALOG06.simulator)
    async with scale(kit, load="1.250", **APPROVAL) as bench:
        error = await fails(DeviceFault, bench.driver.read(2.0))
        assert error.fault == "approval"
        assert "dialog06" in error.hint
        assert bench.simulator.weighings == 0
