"""Asks a target for everything that the listings name, as quickly as it answers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from tapstack.targets.target import Target

from .archive import contents
from .expressions import find
from .listing import Detail, Listing

ABSENT = re.compile(r"NoSuch|NotFound|NotExist|Nonexistent|NotConfigured")
"""How services say that a thing has no such property."""
GLOBAL = "global"
THREADS = 8


class ReadingError(AssertionError):
    """A service did not tell what it was asked."""


@dataclass(frozen=True)
class Raw:
    """A thing as its service tells of it."""

    listing: Listing
    region: str
    data: Mapping[str, Any]
    label: str
    ids: tuple[str, ...]
    kept: str
    is_default: bool


@dataclass(frozen=True)
class _Reader:
    """One region of a target."""

    target: Target
    region: str

    def listing(self, listing: Listing, above: Raw | None = None) -> Iterator[Raw]:
        """Everything that a listing finds, with all that belongs to it."""
        parent = above.data if above else None
        for each in find(listing.each, parent) or () if listing.each else (None,):
            scope = {**(parent or {}), "each": each}
            for item in self._call(listing.service, listing.operation, listing.arguments, scope, listing.items) or ():
                yield from self._thing(listing, dict(item), above)

    def _thing(self, listing: Listing, item: dict[str, Any], above: Raw | None) -> Iterator[Raw]:
        for name, detail in listing.details.items():
            value = self._detail(listing, detail, item)
            if value is not None:
                item[name] = value
        scope = {**item, "parent": above.data if above else None}
        raw = Raw(
            listing=listing,
            region=above.region if above else self._region_of(listing, scope),
            data=item,
            label=str(find(listing.label, scope) or ""),
            ids=tuple(_texts(find(expression, scope) for expression in listing.ids)),
            kept=(listing.kept and find(listing.kept, scope)) or "",
            is_default=(above is not None and above.is_default) or bool(listing.omit and find(listing.omit, scope)),
        )
        yield raw
        for child in listing.children:
            yield from self.listing(child, raw)

    def _region_of(self, listing: Listing, scope: Mapping[str, Any]) -> str:
        if listing.region:
            return str(find(listing.region, scope))
        return self.region if listing.everywhere else GLOBAL

    def _detail(self, listing: Listing, detail: Detail, item: Mapping[str, Any]) -> Any:
        if detail.when and not find(detail.when, item):
            return None
        if detail.operation:
            told = self._call(listing.service, detail.operation, detail.arguments, item, detail.result)
        else:
            told = find(detail.result, item)
        return contents(told) if detail.archive and told else told

    def _call(
        self, service: str, operation: str, arguments: Mapping[str, str], scope: Mapping[str, Any], result: str
    ) -> Any:
        given = {name: find(expression, scope) for name, expression in arguments.items()}
        client = self.target.client(service, self.region)
        try:
            if client.can_paginate(operation):
                answer = client.get_paginator(operation).paginate(**given).build_full_result()
            else:
                answer = getattr(client, operation)(**given)
        except ClientError as error:
            if ABSENT.search(error.response["Error"]["Code"]):
                return None
            raise ReadingError(f"{service} {operation} {given} in {self.region}: {error}") from error
        answer.pop("ResponseMetadata", None)
        return find(result, answer)


def _texts(values: Iterable[Any]) -> Iterator[str]:
    for value in values:
        if isinstance(value, list):
            yield from _texts(value)
        elif isinstance(value, str) and value:
            yield value


def read(target: Target, regions: Sequence[str], listings: Sequence[Listing]) -> list[Raw]:
    """Everything that stands in these regions, and what belongs to no region."""
    work = [
        (_Reader(target, region), listing)
        for listing in listings
        for region in (regions if listing.everywhere else regions[:1])
    ]
    with ThreadPoolExecutor(max_workers=THREADS) as pool:
        return [raw for found in pool.map(lambda job: list(job[0].listing(job[1])), work) for raw in found]
