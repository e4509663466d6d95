"""Makes two readings of the same fleet equal: what was generated is called by the name of what it stands for."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from .reading import Raw

RUNTIME = frozenset({
    "CreateDate", "CreatedDate", "CreatedTime", "CreationDate", "LastAccessedDate", "LastChangedDate", "LastModified",
    "LastModifiedDate", "LastRotatedDate", "NextRotationDate", "ResponseMetadata", "createdDate", "lastUpdatedDate",
    "lastUpdatedTime", "creationTime", "CurrentKeyMaterialId",
})  # fmt: skip
"""Properties that nobody sets: times and counters."""
AWS_OWN_TAG = re.compile(r"^aws:(cloudformation|autoscaling|servicecatalog):")
PAIRS = (("Key", "Value"), ("key", "value"), ("Name", "Value"), ("TagKey", "TagValue"))
NAMES = (
    "Sid",
    "Id",
    "ID",
    "Name",
    "Key",
    "IndexName",
    "RegionName",
    "AttributeName",
    "DestinationCidrBlock",
    "Priority",
)
"""Properties by which the entries of a list are told apart, wherever all entries have one of their own."""
GENERATED = frozenset({"password"})
"""Properties whose value is random on purpose."""
UNSAID: Mapping[str, Any] = {
    "ApplicationSuccessFeedbackSampleRate": "0",
    "BucketKeyEnabled": False,
    "CertificateTransparencyLoggingPreference": "ENABLED",
    "EvaluationWindowSec": 300,
    "FirehoseSuccessFeedbackSampleRate": "0",
    "HTTPSuccessFeedbackSampleRate": "0",
    "Ipv6AllowedForDualStack": False,
    "LambdaSuccessFeedbackSampleRate": "0",
    "LogFormat": "Text",
    "SQSSuccessFeedbackSampleRate": "0",
    "connection_logs.s3.enabled": "false",
    "routing.http.preserve_host_header.enabled": "false",
    "routing.http.x_amzn_tls_version_and_cipher_suite.enabled": "false",
    "routing.http.xff_client_port.enabled": "false",
    "routing.http.xff_header_processing.mode": "append",
    "waf.fail_open.enabled": "false",
    "zonal_shift.config.enabled": "false",
}
"""What services take where nothing is said, by their documentation: saying it asks for nothing else."""
DEFAULT = "default"
"""What stands for the kind of everything that an account has by itself."""
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[\d.:]*(Z|[+-]\d\d:?\d\d)?")
LOCAL_ADDRESS = re.compile(r"(localhost|127\.0\.0\.1|localhost\.localstack\.cloud):\d+")
_SEPARATORS = (re.compile(r"([^\w.-]+)"), re.compile(r"([^\w-]+)"), re.compile(r"([^A-Za-z0-9-]+)"))


class Names:
    """What every generated id stands for."""

    def __init__(self, raws: Sequence[Raw], fixed: Mapping[str, str]) -> None:
        self._labels: dict[str, str] = dict(fixed)
        self.of: dict[int, str] = {}
        # A label may hold the id of something else, whose label may hold another one.
        labels = {index: raw.label for index, raw in enumerate(raws)}
        for _ in range(4):
            self.replace.cache_clear()
            self._labels = {**fixed, **self._tokens(raws, labels)}
            labels = {index: self.replace(raw.label) for index, raw in enumerate(raws)}
        self.of = labels
        self.replace.cache_clear()
        self._labels = {**fixed, **self._tokens(raws, labels)}

    def _tokens(self, raws: Sequence[Raw], labels: Mapping[int, str]) -> dict[str, str]:
        named: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
        for index, raw in enumerate(raws):
            for id_ in _forms(raw.ids):
                named[id_].append((DEFAULT if raw.is_default else raw.listing.kind, labels[index], raw.region))
        return {id_: name for id_, stand in named.items() if (name := _name(stand))}

    @cache  # noqa: B019 # lives as long as one inventory
    def replace(self, text: str) -> str:
        """A text with every id in it replaced."""
        return self._replace(MOMENT.sub("<time>", LOCAL_ADDRESS.sub("<sandbox>", text)), 0)

    def _replace(self, text: str, level: int) -> str:
        if text in self._labels:
            return self._labels[text]
        if level == len(_SEPARATORS):
            return text
        return "".join(self._replace(part, level + 1) for part in _SEPARATORS[level].split(text))


def _forms(ids: Iterable[str]) -> Iterator[str]:
    """Ids as they stand in other texts: an ARN's generated end, a DNS name as records write it."""
    for id_ in ids:
        yield id_
        if id_.startswith("arn:"):
            yield re.split(r"[:/]", id_)[-1]
        elif "." in id_:
            yield from (f"{id_}.", f"dualstack.{id_}", f"dualstack.{id_}.")


def _name(stand: Sequence[tuple[str, str, str]]) -> str:
    """What an id stands for: without a region where several share it, and nothing where it is of different things."""
    _, labels, regions = ({*column} for column in zip(*stand, strict=True))
    if len(labels) > 1:
        return ""
    kind, label, region = stand[0]
    return f"<{kind} {label} {region}>" if len(regions) == 1 else f"<{kind} {label}>"


def normal(value: Any, names: Names, drop: Iterable[str] = ()) -> Any:
    """Data with names for ids, without what only the moment tells, and with lists in an order of their own."""
    ignored = RUNTIME | set(drop)
    if isinstance(value, Mapping):
        found = {
            names.replace(str(key)): "<generated>" if key in GENERATED else normal(item, names, drop)
            for key, item in value.items()
            if key not in ignored
            and not _is_unsaid(key, item)
            and not AWS_OWN_TAG.match(str(key))
            and not isinstance(item, datetime)
        }
        # Services tell "nothing" in several ways, sometimes by saying nothing.
        return {key: item for key, item in found.items() if item is not None and item not in ("", [], {})}
    if isinstance(value, (list, tuple)):
        return _list([normal(item, names, drop) for item in value if not isinstance(item, datetime)])
    if isinstance(value, str):
        if value[:1] in "{[":
            try:
                return normal(json.loads(value), names, drop)
            except ValueError:
                pass
        return names.replace(value)
    if isinstance(value, int) and not isinstance(value, bool):
        told = names.replace(str(value))
        return value if told == str(value) else told
    return value if value is None or isinstance(value, (bool, float)) else names.replace(str(value))


def _is_unsaid(key: Any, value: Any) -> bool:
    return key in UNSAID and type(value) is type(UNSAID[key]) and value == UNSAID[key]


def _list(items: list[Any]) -> Any:
    """Tags become a mapping, entries with names of their own too; everything else is sorted."""
    if items and all(isinstance(item, dict) for item in items):
        for key, content in PAIRS:
            if all(item.keys() == {key, content} for item in items):
                return {
                    item[key]: item[content]
                    for item in items
                    if not AWS_OWN_TAG.match(str(item[key])) and not _is_unsaid(item[key], item[content])
                }
        for key in NAMES:
            told = Counter(json.dumps(item.get(key)) for item in items)
            if "null" not in told and max(told.values()) == 1:
                return {str(item[key]): item for item in items}
    return sorted(items, key=lambda item: json.dumps(item, sort_keys=True))
