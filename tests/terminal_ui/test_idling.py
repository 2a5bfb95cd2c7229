"""Left alone: when a till locks itself, and when it must not."""

import threading

from posframe.testing.ports import CountingIds
from posframe.testing.tills import make_till, write_settings
from posframe.till import Ports
from posframe_terminal.idling import Idle
from tests.paying import HASTE
from tests.signing import SIGN_IN, CountingKeepers, write_operators
from tests.terminal_ui.paying_stand import PLUGINS, CardShop, Told
from tests.terminal_ui.selling import GOODS, MILK
from tests.terminal_ui.signing_stand import SigningStand


class SignedCardShop(CardShop):
    """A shop with a card on F2, where people sign in and the till locks itself after a minute."""

    def open(self):
        write_settings(self.folder, plugins=PLUGINS, settings=f"{SIGN_IN}idle_lock_s = 60\n")
        write_operators(self.folder)
        self.keepers = CountingKeepers()
        ports = Ports(
            clock=self.clock,
            ids=CountingIds(1_000_000),
            effects=False,
            lock=False,
            payment_haste=HASTE,
            pin_keeper=self.keepers,
        )
        self.till = make_till(self.folder, items=GOODS, plugins=PLUGINS, ports=ports)
        self.till.listen(self._note)
        return self


async def test_no_till_locks_itself_while_a_customer_holds_the_card(tmp_path, monkeypatch):
    shop = SignedCardShop(tmp_path, monkeypatch)
    monkeypatch.setattr(Told, "go", threading.Event())
    shop.open()
    desk = SigningStand(shop.till, shop.keepers)
    with desk.hearing():
        async with desk.pumping():
            await desk.sign_in("17")
            await desk.scan(MILK)
            await desk.key("f9", "f2")
            await desk.until(lambda: [each.status.value for each in _payments(shop)] == ["sent"])
            shop.clock.advance(61_000_000)
            desk.counter._listening.idle.look()
            await desk.settle()
            assert desk.view.screen == "paying"
            Told.go.set()
            await desk.until(lambda: "sent" not in [each.status.value for each in _payments(shop)])
            await desk.settle()
            desk.counter._listening.idle.look()
            await desk.until(lambda: shop.till.state.control.signed_in.locked)
    shop.close()


def _payments(shop):
    return tuple(shop.till.state.payments.values())


def idle_of(clock, *, may_lock=True, limit_s=60):
    locked = []
    return Idle(lambda: clock[0], limit_s, lambda: may_lock, lambda: locked.append(1)), locked


async def test_it_locks_at_its_limit_and_not_before():
    clock = [0]
    idle, locked = idle_of(clock)
    idle.begin()
    clock[0] = 59_999_999
    idle.look()
    assert locked == []
    clock[0] = 60_000_000
    idle.look()
    assert locked == [1]
    idle.close()


async def test_a_touch_begins_the_count_anew():
    clock = [0]
    idle, locked = idle_of(clock)
    clock[0] = 50_000_000
    idle.touched()
    clock[0] = 109_999_999
    idle.look()
    assert locked == []
    clock[0] = 110_000_000
    idle.look()
    assert locked == [1]
    idle.close()


async def test_what_may_not_be_locked_is_looked_at_again():
    clock = [0]
    idle, locked = idle_of(clock, may_lock=False)
    clock[0] = 10**12
    idle.look()
    assert locked == []
    assert idle._next is not None
    idle.close()


async def test_no_limit_means_never():
    clock = [0]
    idle, locked = idle_of(clock, limit_s=0)
    idle.begin()
    assert idle._next is None
    clock[0] = 10**12
    idle.look()
    assert locked == []
    idle.close()
