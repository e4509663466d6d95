"""Asks a target for everything that the listings name, as quickly as it answers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from tapstack.targets.target import Target

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


@dataclass(frozen=True)
class _Reader:
    """One region of a target."""

    target: Target
    region: str

    def listing(self, listing: Listing, parent: Mapping[str, Any] | None = None) -> Iterator[Raw]:
        """Everything that a listing finds, with all that belongs to it."""
        for each in find(listing.each, parent) or () if listing.each else (None,):
            scope = {**(parent or {}), "each": each}
            for item in self._call(listing.service, listing.operation, listing.arguments, scope, listing.items) or ():
                yield from self._thing(listing, dict(item), parent)

    def _thing(self, listing: Listing, item: dict[str, Any], parent: Mapping[str, Any] | None) -> Iterator[Raw]:
        for name, detail in listing.details.items():
            value = self._detail(listing, detail, item)
            if value is not None:
                item[name] = value
        scope = {**item, "parent": parent}
        if listing.omit and find(listing.omit, scope):
            return
        region = find(listing.region, item) if listing.region else self.region if listing.everywhere else GLOBAL
        ids = tuple(text for text in (find(expression, scope) for expression in listing.ids) if text)
        label = str(find(listing.label, scope) or "")
        yield Raw(listing, region, item, label, ids, find(listing.kept, scope) or "" if listing.kept else "")
        for child in listing.children:
            yield from self.listing(child, item)

    def _detail(self, listing: Listing, detail: Detail, item: Mapping[str, Any]) -> Any:
        if detail.when and not find(detail.when, item):
            return None
        return self._call(detail.service or listing.service, detail.operation, detail.arguments, item, detail.result)

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


def read(target: Target, regions: Sequence[str], listings: Sequence[Listing]) -> list[Raw]:
    """Everything that stands in these regions, and what belongs to no region."""
    work = [
        (_Reader(target, region), listing)
        for listing in listings
        for region in (regions if listing.everywhere else regions[:1])
    ]
    with ThreadPoolExecutor(max_workers=THREADS) as pool:
        return [raw for found in pool.map(lambda job: list(job[0].listing(job[1])), work) for raw in found]
