"""Names of methods as a cashier types them to pay."""

from __future__ import annotations

import re
from typing import Final

from posframe import ConfigurationError

_NAME: Final = re.compile(r"[a-z][a-z0-9]{0,15}")


def check_typed_name(name: str, where: str) -> None:
    """Check the name of a method.

    Raises:
        ConfigurationError: it cannot be typed; ``where`` is the table that has it.
    """
    if not _NAME.fullmatch(name):
        raise ConfigurationError(
            f"{where}: a name is typed to pay", hint="small letters, then digits: card2"
        )
