"""Letters that languages need beyond ASCII, and signs of currencies: what a printer must have."""

from __future__ import annotations

LETTERS = {
    "de": ("German", "ÄÖÜ äöü ß"),
    "fr": ("French", "é è ê ë à ç œ ù"),
    "es": ("Spanish", "ñ á í ó ú ¿ ¡"),
    "pt": ("Portuguese", "ã õ ç á é í ó"),
    "it": ("Italian", "à è é ì ò ù"),
    "sv": ("Swedish", "å ä ö Å Ä Ö"),
    "da": ("Danish", "æ ø å Æ Ø Å"),
    "nb": ("Norwegian", "æ ø å Æ Ø Å"),
    "fi": ("Finnish", "ä ö å Ä Ö"),
    "is": ("Icelandic", "ð þ á é í ó ú ý æ ö"),
    "pl": ("Polish", "ą ć ę ł ń ó ś ź ż"),
    "cs": ("Czech", "č ď ě ň ř š ť ů ž"),
    "sk": ("Slovak", "ľ š č ť ž ň ô ŕ"),
    "hu": ("Hungarian", "ő ű ö ü á é"),
    "ro": ("Romanian", "ă â î ș ț"),
    "sl": ("Slovene", "č š ž"),
    "hr": ("Croatian", "č ć đ š ž"),
    "lt": ("Lithuanian", "ą č ę ė į š ų ū ž"),
    "lv": ("Latvian", "ā č ē ģ ī ķ ļ ņ š ū ž"),
    "et": ("Estonian", "õ ä ö ü š ž"),
    "tr": ("Turkish", "ç ğ ı ö ş ü İ"),
    "el": ("Greek", "αβγδε ΑΒΓΔΕ"),
    "ru": ("Russian", "абвгд АБВГД"),
    "bg": ("Bulgarian", "абвгд щъью"),
    "uk": ("Ukrainian", "є і ї ґ абв"),
    "he": ("Hebrew", "אבגדה"),
    "th": ("Thai", "กขคงจ"),
    "zh": ("Chinese", "收银机 小票"),
}
"""By language: its name, and letters that between them show whether its code page is there."""

SIGNS = {
    "EUR": "€", "GBP": "£", "JPY": "¥", "CNY": "¥", "CZK": "č", "PLN": "ł", "TRY": "₺", "RUB": "₽",
    "UAH": "₴", "ILS": "₪", "THB": "฿", "INR": "₹",
}  # fmt: skip
"""By currency, what its short form needs beyond ASCII."""


def letters_of(language: str) -> str:
    """Return the letters that a receipt in ``language``, a BCP 47 tag, needs beyond ASCII."""
    _, letters = LETTERS.get(language.partition("-")[0].lower(), ("", ""))
    return letters.replace(" ", "")
