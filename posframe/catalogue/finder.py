"""The catalogue as a till asks it: one code, one answer, at one moment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from posframe.catalogue.records import canonical_code
from posframe.catalogue.store import Catalogue
from posframe.errors import RuleViolation
from posframe.kernel.domain.views import FoundItem

if TYPE_CHECKING:
    from pathlib import Path

    from posframe.catalogue.embedded import EmbeddedFormats
    from posframe.catalogue.records import SearchHit
    from posframe.config import BarcodesSection
    from posframe.kernel.domain.views import FoundPrice

CODE_MAX = 200


class CatalogueFinder:
    """Implements ``ports.Catalogue`` for the engine thread, and search for any other."""

    def __init__(self, catalogue: Catalogue, barcodes: BarcodesSection, path: Path | None) -> None:
        self._catalogue, self._barcodes, self._path = catalogue, barcodes, path
        self._searching: Catalogue | None = None
        self._formats: EmbeddedFormats | None = None
        if barcodes.embedded:
            self._layouts()  # what cannot be is refused at start, not at a scan

    @classmethod
    def open(cls, path: Path, currency: str, barcodes: BarcodesSection) -> Self:
        """Open the catalogue in a till's folder, an empty one if there is none.

        Raises:
            PosframeError: it is damaged, of another currency, or a barcode layout is impossible.
        """
        return cls(Catalogue.open(path, currency=currency), barcodes, path)

    def find(self, code: str, aim: str, at_us: int) -> FoundItem | None:
        """Return the item a code means.

        What is in the catalogue exactly as scanned needs no interpretation, which is nearly all.

        Raises:
            DataError: the code is malformed.
            RuleViolation: its item is set aside, so nothing else may sell by this code either.
        """
        if not aim and len(code) <= CODE_MAX:
            match = self._catalogue.find_code(canonical_code(code), at_us)
            if match is not None:
                packed = match.quantity_milli if match.quantity_milli != 1000 else None
                return FoundItem(item=match.item, code=code, quantity_milli=packed)
            item = self._catalogue.find_sku(code, at_us)
            if item is not None:
                return FoundItem(item=item, code=code)
        found = self._interpreted(code, aim, at_us)
        if found is None and self._catalogue.is_known(code):
            raise RuleViolation(f"{code} is not for sale now", hint="ask the back office")
        return found

    def line_price(
        self,
        sku: str,
        quantity_milli: int,
        *,
        pack_milli: int,
        groups: tuple[str, ...],
        store: str,
        at_us: int,
    ) -> FoundPrice | None:
        """Return what price lists ask for an item, or else its own price; None: it has none."""
        from posframe.catalogue.price_lists import PriceQuery

        query = PriceQuery(
            quantity_milli=quantity_milli,
            pack_milli=pack_milli,
            groups=groups,
            store=store,
            at_us=at_us,
        )
        return self._catalogue.price_lists.find(sku, query)

    def search(self, text: str, limit: int, at_us: int) -> tuple[SearchHit, ...]:
        """Return goods by parts of name, brand or code; from one other thread than ``find``."""
        if self._searching is None:
            self._searching = (
                self._catalogue
                if self._path is None
                else Catalogue.open(self._path, currency=self._catalogue.currency, read_only=True)
            )
        return self._searching.search(text, limit, at_us=at_us)

    def close(self) -> None:
        """Let go of the file."""
        if self._searching is not None and self._searching is not self._catalogue:
            self._searching.close()
        self._catalogue.close()

    def _interpreted(self, code: str, aim: str, at_us: int) -> FoundItem | None:
        from posframe.catalogue.lookup import find

        return find(self._catalogue, code, at_us, aim=aim, formats=self._layouts())

    def _layouts(self) -> EmbeddedFormats:
        if self._formats is None:
            from posframe.catalogue.lookup import formats_of

            self._formats = formats_of(self._barcodes, currency=self._catalogue.currency)
        return self._formats
