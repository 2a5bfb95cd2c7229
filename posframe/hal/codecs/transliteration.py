"""Characters that read the same, for devices that lack the right ones."""

from __future__ import annotations

import functools
import unicodedata
from typing import Final

TRANSLITERATIONS: Final[dict[str, str]] = {
    "\xa0": " ", "€": "EUR", "£": "GBP", "¥": "JPY", "₽": "RUB", "₴": "UAH", "₺": "TRY",
    "₹": "INR", "₪": "ILS", "₿": "BTC", "¢": "c", "№": "No", "™": "TM", "®": "(R)", "©": "(C)",
    "℮": "e", "‘": "'", "’": "'", "‚": ",", "“": '"', "”": '"', "„": '"', "‹": "<", "›": ">",
    "«": "<<", "»": ">>", "–": "-", "—": "-", "‐": "-", "‑": "-", "‒": "-", "−": "-", "…": "...",
    "•": "*", "·": ".", "′": "'", "″": '"', "×": "x", "÷": "/", "≈": "~", "≤": "<=", "≥": ">=",
    "≠": "!=", "→": "->", "←": "<-", "√": "v", "µ": "u", "✓": "v", "✔": "v", "★": "*", "☆": "*",
    "─": "-", "━": "-", "═": "=", "│": "|", "║": "|", "█": "#", "░": ".", "▒": ":", "▓": "#",
    "┌": "+", "┐": "+", "└": "+", "┘": "+", "├": "+", "┤": "+", "┬": "+", "┴": "+", "┼": "+",
    "ß": "ss", "ẞ": "SS", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O",
    "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "ħ": "h", "Ħ": "H", "ı": "i",
    "ł": "l", "Ł": "L", "ŋ": "ng", "Ŋ": "NG", "ŧ": "t", "Ŧ": "T", "ə": "e", "Ə": "E", "ſ": "s",
    # Cyrillic, by the Unicode chart's names in English spelling.
    "а": "a", "б": "b", "в": "v", "г": "g", "ґ": "g", "д": "d", "е": "e", "ё": "yo", "є": "ye",
    "ж": "zh", "з": "z", "и": "i", "і": "i", "ї": "yi", "й": "y", "к": "k", "л": "l", "м": "m",
    "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ў": "u", "ф": "f",
    "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ы": "y", "ь": "", "э": "e",
    "ю": "yu", "я": "ya", "ј": "j", "љ": "lj", "њ": "nj", "ћ": "c", "ђ": "dj", "џ": "dz",
    "ѕ": "dz", "ќ": "k", "ѓ": "g",
    # Greek, by sound.
    "α": "a", "β": "v", "γ": "g", "δ": "d", "ε": "e", "ζ": "z", "η": "i", "θ": "th", "ι": "i",
    "κ": "k", "λ": "l", "μ": "m", "ν": "n", "ξ": "x", "ο": "o", "π": "p", "ρ": "r", "σ": "s",
    "ς": "s", "τ": "t", "υ": "y", "φ": "f", "χ": "ch", "ψ": "ps", "ω": "o",
}  # fmt: skip
"""Character to what reads the same; Cyrillic and Greek capitals follow from the small letters."""

TRANSLITERATIONS.update(
    {
        small.upper(): latin.capitalize()
        for small, latin in list(TRANSLITERATIONS.items())
        if "Ͱ" <= small <= "ӿ" and small != "ς"
    }
)


@functools.lru_cache(maxsize=1024)
def alternatives(char: str) -> tuple[str, ...]:
    """Return what reads like ``char``, the best first: ą is a, ﬁ is fi, ώ is ω or else o."""
    decomposed = unicodedata.normalize("NFKD", char)
    base = "".join(part for part in decomposed if not unicodedata.combining(part))
    latin = "".join(TRANSLITERATIONS.get(part, part) for part in base)
    known = TRANSLITERATIONS.get(char)
    candidates = (known, base, latin) if known is not None else (base, latin)
    return tuple(candidate for candidate in candidates if candidate or known == "")
