"""ExamplePay: a QR wallet. A complete posframe payment plugin.

What was paid is what the server says of a payment by our own number. Whatever goes wrong on the way
may be raised here: to posframe an exception means that nobody knows, and it asks again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import anyio
import attrs
import httpx2

import posframe as pf

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

POLL_S = 1.0
CAN = pf.Capabilities(
    inquiry="reference", reverse="reference", refund="reference", answer_within_s=120, grace_s=60
)
MEANS = {
    "waiting": pf.AnswerOutcome.IN_PROGRESS,
    "paid": pf.AnswerOutcome.APPROVED,
    "failed": pf.AnswerOutcome.DECLINED,
    "undone": pf.AnswerOutcome.REVERSED,
}


@attrs.frozen(kw_only=True)
class ExamplePayConfig:
    """``[plugins.examplepay]`` of till.toml."""

    url: str
    merchant: str
    token: str = "examplepay.token"  # noqa: S105 - the name of a file


class ExamplePay(pf.PaymentProvider):
    """Charges and refunds; both are made by PUT under a number of ours, and asked about by GET."""

    capabilities = CAN

    def __init__(self, merchant: str, http: httpx2.AsyncClient) -> None:
        self._merchant, self._http = merchant, http

    async def identify(self) -> pf.Identity:
        """Make sure that the server is there, before anything is stored as sent."""
        (await self._http.get(f"/merchants/{self._merchant}")).raise_for_status()
        return pf.Identity()

    async def authorise(self, request: pf.PaymentRequest) -> AsyncIterator[pf.ProviderAnswer]:
        """Ask for a code, and show it until it was paid."""
        answer = await self._ask("PUT", request, charge=request.original)
        yield answer
        while answer.outcome is pf.AnswerOutcome.IN_PROGRESS:
            await anyio.sleep(POLL_S)
            answer = await self._ask("GET", request)
            yield answer

    refund = authorise

    async def inquire(self, request: pf.PaymentRequest) -> pf.ProviderAnswer:
        """Ask what became of it, by our own number."""
        return await self._ask("GET", request)

    async def cancel(self, request: pf.PaymentRequest) -> None:
        """Wish that the customer be sent away."""
        await self._ask("DELETE", request)

    async def reverse(self, request: pf.PaymentRequest) -> pf.ProviderAnswer:
        """Undo it; the same number again undoes nothing more."""
        return await self._ask("PUT", request, undo=request.reversal)

    async def close(self) -> None:
        """Let go of the connections."""
        await self._http.aclose()

    async def _ask(self, verb: str, request: pf.PaymentRequest, **more: str) -> pf.ProviderAnswer:
        if request.training:
            raise pf.RuleViolation("This is practice", hint="switch training off")
        asked = {"minor": request.amount_minor, "currency": request.currency, **more}
        said = await self._http.request(
            verb, f"/{request.kind}s/{request.payment}", json=asked if verb == "PUT" else None
        )
        if said.status_code == httpx2.codes.NOT_FOUND:
            return pf.ProviderAnswer(outcome=pf.AnswerOutcome.NOT_FOUND)
        return _answer(said.raise_for_status().json())


def _answer(said: dict[str, Any]) -> pf.ProviderAnswer:
    """Return facts, as they came; what is missing raises, and then nobody knows."""
    is_waiting = said["state"] == "waiting"
    return pf.ProviderAnswer(
        outcome=MEANS[said["state"]],
        payment=said["number"],
        reference=said["id"],
        amount_minor=said["minor"],
        currency=said["currency"],
        shows=said["qr"] if is_waiting else "",
        words="the customer scans the code" if is_waiting else "",
    )


def connect(config: ExamplePayConfig, context: pf.PluginContext) -> httpx2.AsyncClient:
    """Return the way to the server; its token is in a file, and in no setting."""
    try:
        token = (context.folder / config.token).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise pf.ConfigurationError(
            f"{config.token} cannot be read", hint="put it into the till's folder"
        ) from error
    headers = {"Authorization": f"Bearer {token}"}
    return httpx2.AsyncClient(base_url=config.url, headers=headers, timeout=20.0)


class ExamplePayPlugin:
    """Offers ExamplePay on the payment screen."""

    Config = ExamplePayConfig
    criticality = "required"

    def __init__(self, config: ExamplePayConfig, context: pf.PluginContext) -> None:
        self._make = lambda: ExamplePay(config.merchant, connect(config, context))

    @pf.hookimpl
    def posframe_tender_types(self) -> list[pf.TenderType]:
        """Offer it."""
        rule = pf.TenderRule(id="examplepay", label="ExamplePay", immediate=False, capabilities=CAN)
        return [pf.TenderType(rule=rule, provider=self._make)]
