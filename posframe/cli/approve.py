"""``posframe approve``: answer for what waits at a running till, from another shell."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from posframe.errors import DataError

if TYPE_CHECKING:
    from posframe.config import TillConfig


def approve(*, till: Path = Path(), deny: bool = False) -> int:
    """Show what waits for an approval at a running till, and approve or deny it.

    Asks for number, PIN and reason; the PIN is not shown. Exit status 1 when it was refused, or
    when nothing waits.

    Args:
        till: the till's folder.
        deny: say no to it.
    """
    from posframe.cli.typing_in import hidden, typed
    from posframe.config import load_config
    from posframe.door import answer_approval, ask_till

    config = load_config(till)
    told = ask_till(till, "approval")
    if told is None:
        raise DataError(f"No till runs in {till}", hint="start it with: posframe run")
    asks = told.get("asks")
    if asks is None:
        print("Nothing waits for an approval")
        return 1
    print(_words(config, told, asks))
    answer = {
        "number": typed("Your number:"),
        "pin": hidden("Your PIN:"),
        "reason": typed("What to say:" if deny else "Reason:"),
        "asks": asks,
    }
    found = answer_approval(till, "deny" if deny else "approve", answer)
    if found is None:
        raise DataError(f"The till in {till} was closed", hint="nothing was approved")
    print(found["message"])
    if found.get("hint"):
        print(f"  {found['hint']}")
    return 0 if found["accepted"] else 1


def _words(config: TillConfig, told: dict[str, Any], asks: dict[str, Any]) -> str:
    """Return what waits, as one line for whoever approves."""
    from posframe.kernel.domain.currencies import exponent
    from posframe.kernel.domain.money import format_minor

    currency = config.till.currency
    parts = [f"Till {told['till']}: {told['name']} ({asks['operator']}) asks for", asks["label"]]
    if asks["amount"] is not None:
        parts.append(f"{format_minor(asks['amount'], exponent(currency))} {currency}")
    if asks["percent_milli"] is not None:
        parts.append(f"{asks['percent_milli'] // 1000}.{asks['percent_milli'] % 1000:03} %")
    parts.append(f"[{asks['about']}]" if asks["about"] else "")
    return " ".join(each for each in parts if each)
