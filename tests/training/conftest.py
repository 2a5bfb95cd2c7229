"""The demonstration shop, filled once and copied for each test."""

from __future__ import annotations

import pytest

from posframe.cli.new import till as new_till
from tests.training.stand import copy_shop, practising


@pytest.fixture(scope="session")
def made_shop(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo") / "shop"
    new_till(folder, demo=True)
    return folder


@pytest.fixture
def folder(made_shop, tmp_path):
    return copy_shop(made_shop, tmp_path / "shop")


@pytest.fixture
def script(folder):
    with practising(folder) as opened:
        yield opened
