"""Scale drivers with their twins: what is read, what is done at the scale, and what goes wrong."""

from __future__ import annotations

import anyio
import pytest

from posframe.hal.errors import DeviceFault, ProtocolError, Unanswered, Unsupported
from posframe.hal.weighing import Weigher
from posframe.hal.weights import Load, Reading, Weight
from posframe.testing.hal.kits.scales import ADAM, CAS, HIDSCALE, MT8217, NCI
from posframe.testing.virtual_clock import VIRTUAL_TIME
from tests.hal.scale_bench import scale

KG1250 = Weight(1250, 3, "kg")
STABLE = Reading(Load.STABLE, KG1250)


@pytest.fixture
def anyio_backend():
    return VIRTUAL_TIME


async def fails(error, awaitable):
    with pytest.raises(error) as caught:
        await awaitable
    assert caught.value.hint
    return caught.value


async def test_silence_after_a_lost_answer_is_kept_within_the_deadline():
    async with scale(MT8217, faults="tx at byte 0 drop", load="1.250") as bench:
        await fails(Unanswered, bench.driver.read(1.0))
        began_s = anyio.current_time()
        await fails(Unanswered, bench.driver.read(0.1))
        assert anyio.current_time() - began_s == pytest.approx(0.1)
        assert await bench.driver.read(1.0) == STABLE


async def test_an_8217_that_states_a_weight_once_says_same_and_never_a_new_weighing():
    async with scale(MT8217, load="1.250", once="yes") as bench:
        assert await bench.driver.read(1.0) == STABLE
        assert await bench.driver.read(1.0) == Reading(Load.SAME)
        bench.line.act("take")
        assert await bench.driver.read(1.0) == Reading(Load.ZERO)
        bench.line.act("put 1.250")
        assert await bench.driver.read(1.0) == STABLE
        assert bench.line.writes == [b"W"] * 4


async def test_an_8217_in_pounds_is_refused_where_kilograms_are_expected():
    """Point 46."""
    async with scale(MT8217, unit="lb", load="2.76") as bench:
        error = await fails(ProtocolError, bench.driver.read(1.0))
        assert "unit=lb" in error.hint
    async with scale(MT8217, options={"unit": "lb"}, unit="lb", load="2.76") as bench:
        reading = await bench.driver.read(1.0)
        assert reading == Reading(Load.STABLE, Weight(276, 2, "lb"))
        await fails(Unsupported, bench.driver.tare(200, 1.0))


async def test_an_8217_is_set_to_zero_and_that_is_seen():
    async with scale(MT8217, load="0.100") as bench:
        await bench.driver.zero(2.0)
        assert await bench.driver.read(1.0) == Reading(Load.ZERO)
        assert bench.line.writes[:2] == [b"Z", b"W"]
        bench.line.act("put 1.350")
        error = await fails(DeviceFault, bench.driver.zero(2.0))
        assert error.fault == "zero"
        assert "1.250 kg" in error.message


async def test_an_8217_takes_a_tare_from_its_platter_or_by_its_number():
    async with scale(MT8217, load="0.250") as bench:
        began_s = anyio.current_time()
        await bench.driver.tare(None, 2.0)
        assert anyio.current_time() - began_s == pytest.approx(0.15)
        bench.line.act("put 1.250")
        assert await bench.driver.read(1.0) == Reading(Load.STABLE, Weight(1000, 3, "kg"), net=True)
        await bench.driver.tare(0, 2.0)
        assert await bench.driver.read(1.0) == STABLE
        await bench.driver.tare(50, 2.0)
        assert (await bench.driver.read(1.0)).weight == Weight(1200, 3, "kg")
        assert [each for each in bench.line.writes if each != b"W"] == [b"T\r", b"C", b"T00050\r"]
        bench.line.act("take")
        assert (await bench.driver.read(1.0)).load is Load.UNDER_ZERO
        await bench.driver.tare(0, 2.0)
        error = await fails(DeviceFault, bench.driver.tare(None, 2.0))
        assert error.fault == "tare"
        await fails(Unsupported, bench.driver.tare(100_000, 2.0))
        await fails(Unsupported, bench.driver.tare(-1, 2.0))


async def test_an_8217_whose_tare_is_not_enabled_does_not_answer():
    async with scale(MT8217, load="0.250", tares="no") as bench:
        await fails(Unanswered, bench.driver.tare(None, 2.0))


async def test_an_8217_is_probed_only_where_its_address_says_so():
    async with scale(MT8217, load="1.250") as bench:
        assert bench.line.writes == []
    async with scale(MT8217, options={"probe": "yes"}, load="1.250") as bench:
        assert bench.line.writes == [b"E", b"hello", b"F"]
        assert await bench.driver.read(1.0) == STABLE


async def test_a_probe_that_fails_says_so_and_leaves_the_echo_mode():
    options = {"probe": "yes"}
    async with scale(
        MT8217, faults="tx at byte 3 corrupt 0", options=options, start=False, load="1.250"
    ) as bench:
        error = await fails(ProtocolError, bench.driver.start())
        assert "probe" in error.hint
        assert bench.line.writes == [b"E", b"hello", b"F"]
        assert await bench.driver.read(2.0) == STABLE


async def test_a_probe_that_is_broken_off_leaves_the_echo_mode():
    async with scale(
        MT8217, faults="tx at byte 3 drop 5", options={"probe": "yes"}, start=False
    ) as bench:
        with anyio.move_on_after(0.1):
            await bench.driver.start()
        assert bench.line.writes == [b"E", b"hello", b"F"]


async def test_an_8217_tests_itself():
    async with scale(MT8217) as bench:
        await bench.driver.self_test(3.0)
        assert bench.line.writes == [b"A", b"B"]
    # The answer to B is 02 3F 40 0D, after 02 0D: its fifth byte says what failed.
    async with scale(MT8217, faults="tx at byte 4 corrupt 4") as bench:
        error = await fails(DeviceFault, bench.driver.self_test(3.0))
        assert "program memory" in error.message


@pytest.mark.parametrize("letter", ["yes", "no"])
@pytest.mark.parametrize("status", ["2", "3", "4"])
@pytest.mark.parametrize("ecr", ["yes", "no"])
async def test_every_kind_of_nci_scale_is_understood(letter, status, ecr):
    async with scale(NCI, load="1.250", letter=letter, status=status, ecr=ecr) as bench:
        reading = await bench.driver.read(1.0)
        assert reading == STABLE
        assert reading.moved is (status == "4")
        await bench.driver.check()
        for act, load in (
            ("take", Load.ZERO),
            ("lift", Load.UNDER_ZERO),
            ("overload", Load.OVERLOAD),
            ("jolt", Load.OVERLOAD),
        ):
            bench.line.act(act)
            assert (await bench.driver.read(1.0)).load is load
        bench.line.act("put 1.000")
        bench.line.act("jolt")
        assert (await bench.driver.read(1.0)).load is Load.MOTION


async def test_an_nci_scale_is_set_to_zero_and_that_is_seen():
    async with scale(NCI, load="0.100") as bench:
        await bench.driver.zero(2.0)
        assert (await bench.driver.read(1.0)).load is Load.ZERO
        bench.line.act("put 1.350")
        assert (await fails(DeviceFault, bench.driver.zero(2.0))).fault == "zero"
        assert bench.line.writes[:2] == [b"Z\r", b"W\r"]


async def test_an_nci_scale_switched_on_under_load_is_not_ready():
    async with scale(NCI, load="5") as bench:
        bench.line.act("off")
        bench.line.act("on")
        assert (await bench.driver.read(1.0)).load is Load.NOT_READY


async def test_a_scale_that_does_not_know_nci_commands_is_another_scale():
    # The scale is sent a wrong letter, and says that it does not know it.
    async with scale(NCI, faults="rx on 57 corrupt 0 x2", load="1.250") as bench:
        assert "another driver" in (await fails(ProtocolError, bench.driver.read(1.0))).hint
    async with scale(NCI, faults="rx on 5A corrupt 5 x2", load="0.1") as bench:
        await fails(Unsupported, bench.driver.zero(1.0))


async def test_a_cas_scale_that_is_not_ready_is_asked_again_three_times_in_all():
    async with scale(CAS, load="1.250") as bench:
        bench.line.act("busy 2")
        assert await bench.driver.read(2.0) == STABLE
        assert bench.line.writes == [b"\x05"] * 3 + [b"\x11"]
        bench.line.act("busy 3")
        assert await bench.driver.read(2.0) == Reading(Load.NOT_READY)


async def test_a_cas_block_with_a_wrong_checksum_is_asked_for_again():
    async with scale(CAS, faults="tx on 01 02 53 corrupt 0\n", load="1.250") as bench:
        await fails(Unanswered, bench.driver.read(1.0))  # its beginning is gone, so is the block
    async with scale(CAS, faults="tx on 35 30 6B corrupt 0 x2", load="1.250") as bench:
        assert await bench.driver.read(2.0) == STABLE
        assert bench.line.writes == [b"\x05", b"\x11"] * 3
    async with scale(CAS, faults="tx on 35 30 6B corrupt 0 x3", load="1.250") as bench:
        assert "damaged" in (await fails(ProtocolError, bench.driver.read(2.0))).message


async def test_a_cas_scale_computes_where_it_is_asked_to():
    async with scale(CAS, options={"prices": "yes"}, load="1.250") as bench:
        bench.line.act("price 1.99")
        assert await bench.driver.read(1.0) == Reading(
            Load.STABLE, KG1250, price_minor=199, amount_minor=249
        )
        await bench.driver.check()
        assert bench.line.writes == [b"\x05", b"\x12"] * 2


async def test_the_first_report_of_a_hid_scale_is_not_used():
    async with scale(HIDSCALE, load="1.250") as bench:
        assert await bench.driver.read(1.0) == STABLE  # the twin sends 9.999 kg first


async def test_a_hid_scale_is_never_believed_about_what_it_reported_before():
    async with scale(HIDSCALE, load="1.250") as bench:
        await bench.driver.read(1.0)
        await anyio.sleep(10)
        bench.line.act("put 0.500")
        assert (await bench.driver.read(1.0)).weight == Weight(500, 3, "kg")


@pytest.mark.parametrize("kit", [HIDSCALE, NCI, CAS], ids=["hidscale", "nci", "cas"])
async def test_a_load_lifted_between_two_weighings_is_noticed(kit):
    """A supervisor checks an idle scale, and a HID scale reports by itself."""
    async with scale(kit, load="1.250") as bench:
        weigher = Weigher()
        await weigher.weigh(bench.driver, deadline_s=1)
        bench.line.act("take")
        await anyio.sleep(1)
        await bench.driver.check()
        bench.line.act("put 1.250")
        await anyio.sleep(1)
        await bench.driver.check()
        assert (await weigher.weigh(bench.driver, deadline_s=1)).moved
        await anyio.sleep(1)
        await fails(DeviceFault, weigher.weigh(bench.driver, deadline_s=1))


async def test_a_hid_scale_is_set_to_zero_by_a_report():
    async with scale(HIDSCALE, load="0.100") as bench:
        await bench.driver.zero(2.0)
        assert bench.line.writes == [b"\x02\x02"]
        bench.line.act("put 1.350")
        assert (await fails(DeviceFault, bench.driver.zero(1.0))).fault == "zero"


@pytest.mark.parametrize(
    ("unit", "load", "weight"),
    [("oz", "30.0", Weight(300, 1, "oz")), ("g", "250", Weight(250, 0, "g"))],
)
async def test_a_hid_scale_weighs_in_the_unit_it_is_switched_to(unit, load, weight):
    async with scale(HIDSCALE, unit=unit, load=load) as bench:
        assert await bench.driver.read(1.0) == Reading(Load.STABLE, weight)


async def test_an_adam_scale_speaks_of_new_weights_only():
    async with scale(ADAM, load="1.250") as bench:
        assert await bench.driver.read(2.0) == STABLE
        began_s = anyio.current_time()
        assert await bench.driver.read(2.0) == Reading(Load.SILENT)
        assert anyio.current_time() - began_s == pytest.approx(1.0)
        bench.line.act("take")
        assert await bench.driver.read(2.0) == Reading(Load.SILENT)
        bench.line.act("put 1.250")
        assert await bench.driver.read(2.0) == STABLE
        assert bench.line.writes == [b"P\r\n"] * 4


async def test_an_adam_scale_that_prints_labels_is_refused():
    async with scale(ADAM, load="1.250", labels="yes") as bench:
        assert "label format" in (await fails(ProtocolError, bench.driver.read(1.0))).hint


async def test_an_adam_scale_takes_zero_and_tare_without_saying_so():
    async with scale(ADAM, load="0.100") as bench:
        await bench.driver.zero(1.0)
        assert bench.simulator.platter.shown(10**9).at_zero
        bench.line.act("put 0.300")
        await bench.driver.tare(None, 1.0)
        bench.line.act("put 1.100")
        assert (await bench.driver.read(1.0)).weight == Weight(800, 3, "kg")
        await fails(Unsupported, bench.driver.tare(200, 1.0))
