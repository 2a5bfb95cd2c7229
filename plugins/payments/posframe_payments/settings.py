"""``[plugins.payments]`` of till.toml, as values; what is wrong with one is its method's to say.

Apart from the methods, so that a till loads only those it uses.
"""

from __future__ import annotations

from typing import Final, Literal

import attrs

SECRET_FILE: Final = "gift.secret"  # noqa: S105 - the name of a file


@attrs.frozen(kw_only=True)
class CurrencySettings:
    """``[plugins.payments.currencies.USD]`` of till.toml."""

    rate: str
    """What one unit of it counts for in the till's currency, such as "0.92"."""
    source: str
    """Where the rate is from."""
    as_of: str
    """The day of the rate, as YYYY-MM-DD."""
    days: int = 7
    """It is good for so many days."""
    notes: tuple[str, ...] = ("5", "10", "20", "50", "100")
    """Notes that are taken."""


@attrs.frozen(kw_only=True)
class GiftSettings:
    """``[plugins.payments.gift]`` of till.toml."""

    prefix: str
    """Four digits that this shop's codes begin with, and no other shop's."""
    secret: str = SECRET_FILE
    """File in the till's folder; every till of the shop has the same."""
    most: str = "250"
    """The most that one card is worth."""
    valid_days: int = 0
    """Cards sold end after so many days; 0: never."""
    credit_valid_days: int = 0
    """The same for store credit."""
    reloadable: bool = True
    """True: a card that was sold can be loaded again."""


@attrs.frozen(kw_only=True)
class AccountSettings:
    """``[plugins.payments.account]`` of till.toml."""

    file: str = "accounts.csv"
    """Credit limits by customer, in the till's folder; who is not in it has no account."""


@attrs.frozen(kw_only=True)
class LimitSettings:
    """``[plugins.payments.limits.METHOD]`` of till.toml; what is left out limits nothing."""

    sale: str = ""
    """The most that one sale takes this way."""
    without_customer: str = ""
    """The same for a sale that is nobody's."""
    groups: dict[str, str] = attrs.field(factory=dict)
    """The same by group of customers; of several the largest counts."""
    customers: dict[str, str] = attrs.field(factory=dict)
    """The same by customer; it goes before all others."""
    refund: str = ""
    """The most that is given back this way in one sale."""


@attrs.frozen(kw_only=True)
class TerminalSettings:
    """``[plugins.payments.terminals.NAME]`` of till.toml: a card terminal, typed as NAME."""

    kind: Literal["zvt", "nexo"]
    """The protocol it speaks."""
    address: str
    """Where it is: "tcp://192.168.1.40:20007" or "serial:/dev/ttyUSB0?baud=9600" for zvt, such as
    "https://192.168.1.20:8443/nexo" for nexo."""
    label: str = "Card"
    """What screen and receipt call it."""
    key: str = ""
    """Key on the payment screen that offers it."""
    partial: bool = False
    """True: it may take less than was asked, where the card has no more."""
    tip_percent: int = 0
    """The most a customer may add, in percent of what was asked; 0: nothing."""
    terminal: str = ""
    """nexo, needed: its POIID, such as "P400Plus-275039202"."""
    till: str = ""
    """nexo, needed: what the terminal calls this till (SaleID); no two tills have the same."""
    certificate: str = "nexo.pem"
    """nexo: file in the till's folder: its certificate, or the root that signed it."""
    secret: str = "nexo.key"  # noqa: S105 - the name of a file
    """nexo: file in the till's folder: passphrase, key identifier and version."""
    password: str = attrs.field(default="000000", repr=False)
    """zvt: six digits set in the terminal."""
    slips: Literal["till", "terminal"] = "till"
    """zvt: whose printer prints the terminal's slips."""
    reverses: Literal["last", "any"] = "last"
    """zvt: which payments it takes back: the last one only, or any since its last end of day."""
    repeats: bool = True
    """zvt: it says again what its last payment came to; without that nobody can be asked."""


@attrs.frozen(kw_only=True)
class QrSettings:
    """``[plugins.payments.qr.NAME]`` of till.toml: a QR code to pay by, typed as NAME."""

    kind: Literal["epc", "swiss", "emvco"]
    """A transfer in euros (GiroCode), a Swiss QR-bill, or a code for wallets."""
    name: str
    """Who is paid."""
    label: str = "QR code"
    """What screen and receipt call it."""
    key: str = ""
    """Key on the payment screen that offers it."""
    confirm: Literal["cashier", "bank"] = "cashier"
    """Who says that the money came: a person who looked, or the bank's files."""
    print: bool = True
    """True: the code is printed too."""
    iban: str = ""
    """epc and swiss, needed: the account."""
    bic: str = ""
    """epc: only for accounts outside the European Economic Area."""
    street: str = ""
    """swiss: of who is paid."""
    building: str = ""
    """swiss: number of the house."""
    postal_code: str = ""
    """swiss, needed; emvco."""
    town: str = ""
    """swiss and emvco, needed."""
    country: str = ""
    """Two letters; emvco, needed; swiss: CH if empty."""
    accounts: dict[str, dict[str, str]] = attrs.field(factory=dict)
    """emvco: accounts 26 to 51, by id and part, as the payment scheme gave them."""
    numbers: dict[str, str] = attrs.field(factory=dict)
    """emvco: accounts 02 to 25, by id."""
    category: str = "0000"
    """emvco: merchant category code."""
    folder: str = "bank"
    """bank: folder in the till's folder, where files of credited transfers are put."""
    map: str = ""
    """bank: file in the till's folder: what their columns mean; empty: the plain ones."""
    wait_s: int = 120
    """bank: so long the customer is waited for before the payment is in doubt."""
    days: int = 3
    """bank: after so many without the transfer it is taken not to have been made."""


@attrs.frozen(kw_only=True)
class GatewaySettings:
    """``[plugins.payments.gateways.NAME]`` of till.toml: a gateway over HTTP, typed as NAME."""

    url: str
    """Where it is, up to where its paths begin; https, but on this machine."""
    terminal: str
    """The gateway's name for the card reader, or for the shop's account with a wallet."""
    kind: Literal["card", "wallet"] = "card"
    """Whether the customer pays at a card reader, or scans a code that the till shows."""
    label: str = ""
    """What screen and receipt call it; empty: NAME with a capital."""
    key: str = ""
    """Key on the payment screen that offers it."""
    keys: str = ""
    """File of its keys in the till's folder; empty: gateway-NAME.toml."""
    certificates: str = ""
    """File in the till's folder: authorities to trust in place of the usual ones."""
    listen: str = ""
    """Where webhooks are heard, as "127.0.0.1:8470"; empty: the gateway is asked, and none are."""
    answer_within_s: int = 120
    """How long the customer has; then the payment is in doubt, and asked about."""
    grace_s: int = 60
    """How long a payment may be on its way before "not found" is believed."""
    partial: bool = False
    """True: it may take less than was asked, where the card has no more."""
    tip_percent: int = 0
    """The most a customer may add, in percent of what was asked; 0: nothing."""
    batches: bool = True
    """False: the gateway pays out by itself, and knows no end of day."""


@attrs.frozen(kw_only=True)
class SettlementSettings:
    """``[plugins.payments.settlement.METHOD]`` of till.toml: what a provider pays out, and when."""

    map: str
    """File in the till's folder that says what the columns of the provider's files mean."""
    within_days: int = 4
    """A payment not settled after so many days is missing."""
    clock_s: int = 180
    """How far the clocks of till and terminal may differ."""
    fee: str = ""
    """Percent of a charge that the provider keeps, such as "0.9"; empty: fees are not checked."""
    fee_fixed: str = ""
    """What it keeps of each charge beside that."""


@attrs.frozen(kw_only=True)
class PaymentsConfig:
    """``[plugins.payments]`` of till.toml."""

    quick_cash: tuple[str, ...] = ()
    """Notes offered as one key each when paying cash; empty: the larger denominations."""
    most_change: str = ""
    """More change than this is a slip of the finger; empty: any."""
    currencies: dict[str, CurrencySettings] = attrs.field(factory=dict)
    """Cash of other currencies that is taken, by code."""
    gift: GiftSettings | None = None
    """Gift cards and store credit; left out: none."""
    account: AccountSettings | None = None
    """Customers' accounts; left out: none."""
    qr: dict[str, QrSettings] = attrs.field(factory=dict)
    """QR codes to pay by, by name."""
    limits: dict[str, LimitSettings] = attrs.field(factory=dict)
    """The most a method takes, by its name."""
    terminals: dict[str, TerminalSettings] = attrs.field(factory=dict)
    """Card terminals, by the name that is typed."""
    gateways: dict[str, GatewaySettings] = attrs.field(factory=dict)
    """Gateways over HTTP, by the name that is typed."""
    settlement: dict[str, SettlementSettings] = attrs.field(factory=dict)
    """How files of settlement are reconciled, by method; left out: nothing is written down."""
