"""CreateFlowLogs forgets the role, the format, the interval, the log group's name and the tags of a flow log.

Goes when MiniStack keeps and reports them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from xml.sax.saxutils import escape

from ministack.services import ec2

from tapstack.sandbox.server.mends.patch import original, replace

Answer = tuple[int, dict[str, str], bytes]

_DEFAULT_FORMAT = (
    "${version} ${account-id} ${interface-id} ${srcaddr} ${dstaddr} ${srcport} ${dstport} ${protocol} ${packets} "
    "${bytes} ${start} ${end} ${action} ${log-status}"
)
# What a request says, and under which name an answer says it.
_KEPT = {
    "DeliverLogsPermissionArn": "deliverLogsPermissionArn",
    "DeliverCrossAccountRole": "deliverCrossAccountRole",
    "LogGroupName": "logGroupName",
    "LogFormat": "logFormat",
    "MaxAggregationInterval": "maxAggregationInterval",
}
_DEFAULTS = {"LogFormat": _DEFAULT_FORMAT, "MaxAggregationInterval": "600"}

_TAGGED_AS = "vpc-flow-log"


def install() -> None:
    """Keep what was asked for with each flow log and report it."""
    flow_logs = original(ec2, "_flow_logs")
    keep_tags = original(ec2, "_parse_tag_specs")

    def creating(own: Callable[[Any], Answer]) -> Callable[[Any], Answer]:
        def create(params: Any) -> Answer:
            answer = own(params)
            for made in _ids(answer[2]):
                for asked in _KEPT:
                    value = params.get(asked) or [_DEFAULTS.get(asked, "")]
                    flow_logs[made][asked] = value[0] if isinstance(value, list) else value
                keep_tags(params, _TAGGED_AS, made)
            return answer

        return create

    def describing(own: Callable[[Any], Answer]) -> Callable[[Any], Answer]:
        def describe(params: Any) -> Answer:
            status, headers, body = own(params)
            text = body.decode()
            return status, headers, re.sub(r"<flowLogId>([^<]+)</flowLogId>", complete, text).encode()

        def complete(match: re.Match[str]) -> str:
            record = flow_logs[match[1]]
            more = [f"<{own}>{escape(str(record[asked]))}</{own}>" for asked, own in _KEPT.items() if record.get(asked)]
            return f"{match[0]}{''.join(more)}"

        return describe

    replace(ec2, "_create_flow_logs", creating)
    replace(ec2, "_describe_flow_logs", describing)


def _ids(body: bytes) -> list[str]:
    return re.findall(r"<item>(fl-[^<]+)</item>", body.decode())
