"""The terminal in software as an integrator starts it: its files are what a till needs."""

from __future__ import annotations

import subprocess
import sys
import tomllib

import anyio
import pytest

from posframe import DataError, DeviceOffline
from posframe_payments.nexo.key_file import read_key
from posframe_payments.nexo.line import TerminalLine, pinned
from posframe_payments.nexo.provider import NexoProvider, NexoTerminal
from posframe_payments.nexo_simulate import nexo
from tests.plugins.payments.nexo.far import CAN
from tests.plugins.payments.nexo.test_nexo_provider import REQUEST, last

PROGRAM = (sys.executable, "-m", "posframe", "payments", "simulate", "nexo")


def free_port():
    async def find():
        async with await anyio.create_tcp_listener(local_host="127.0.0.1") as listener:
            return listener.extra(anyio.abc.SocketAttribute.local_port)

    return anyio.run(find)


def test_what_it_prints_and_writes_is_what_a_till_needs_to_be_paid(tmp_path):
    port = free_port()
    words = (*PROGRAM, "--till", tmp_path, "--port", str(port), "--customer-s", "0")
    with subprocess.Popen(list(map(str, words)), stdout=subprocess.PIPE, text=True) as running:
        try:
            printed = "".join(running.stdout.readline() for _ in range(7))
            table = tomllib.loads(printed)["plugins"]["payments"]["terminals"]["card"]
            assert table["address"] == f"https://127.0.0.1:{port}/nexo"
            found = anyio.run(pay, tmp_path, table)
            assert found.amount_minor == 1_234
            assert running.stdout.readline().startswith("\n")
            assert running.stdout.readline().startswith("Payment P")
        finally:
            running.terminate()
    for name in (table["secret"], table["certificate"]):
        assert (tmp_path / name).stat().st_mode & 0o077 == 0


async def pay(folder, table):
    terminal = NexoTerminal(
        terminal=table["terminal"],
        till=table["till"],
        key=read_key(folder / table["secret"], "here"),
        capabilities=CAN,
    )
    trusted = pinned(folder / table["certificate"], table["terminal"], "here")
    provider = NexoProvider(terminal, TerminalLine(table["address"], trusted))
    with anyio.fail_after(20):
        while True:  # it listens a moment after it printed the table
            try:
                return await last(provider.authorise(REQUEST))
            except DeviceOffline:
                await anyio.sleep(0.05)


def test_a_fault_that_is_not_known_lists_those_that_are(tmp_path):
    with pytest.raises(DataError, match=r"'earthquake' is no fault .*lost answer"):
        nexo("earthquake", till=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(DataError, match="cannot be written"):
        nexo(till=tmp_path / "nowhere")
