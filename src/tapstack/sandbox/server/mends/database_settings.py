"""RDS neither keeps nor reports some settings.

They are exported logs, the key of Performance Insights, a new instance's backup window and a cluster's monitoring.

Goes when MiniStack keeps and reports them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from xml.sax.saxutils import escape

from ministack.services import rds

from tapstack.sandbox.server.mends.patch import original, replace

Parameters = dict[str, Any]
Answer = tuple[int, dict[str, str], bytes]

_LOGS = "EnabledCloudwatchLogsExports"
_TEXT, _NUMBER, _SWITCH = str, int, lambda text: text == "true"
# Parameter: name in the record and in answers, and how to read it.
_SETTINGS: dict[str, tuple[str, Callable[[str], Any]]] = {
    "PreferredBackupWindow": ("PreferredBackupWindow", _TEXT),
    "PreferredMaintenanceWindow": ("PreferredMaintenanceWindow", _TEXT),
    "PerformanceInsightsKMSKeyId": ("PerformanceInsightsKMSKeyId", _TEXT),
    "PerformanceInsightsRetentionPeriod": ("PerformanceInsightsRetentionPeriod", _NUMBER),
    "EnablePerformanceInsights": ("PerformanceInsightsEnabled", _SWITCH),
    "MonitoringInterval": ("MonitoringInterval", _NUMBER),
    "MonitoringRoleArn": ("MonitoringRoleArn", _TEXT),
    "AutoMinorVersionUpgrade": ("AutoMinorVersionUpgrade", _SWITCH),
    "CopyTagsToSnapshot": ("CopyTagsToSnapshot", _SWITCH),
    "PromotionTier": ("PromotionTier", _NUMBER),
    "DatabaseInsightsMode": ("DatabaseInsightsMode", _TEXT),
    "BackupRetentionPeriod": ("BackupRetentionPeriod", _NUMBER),
    "DBClusterParameterGroupName": ("DBClusterParameterGroup", _TEXT),
}
_OF_CLUSTERS_ONLY = {"DBClusterParameterGroup"}
_REPORTED = {
    "PerformanceInsightsKMSKeyId", "PerformanceInsightsRetentionPeriod", "PerformanceInsightsEnabled",
    "MonitoringInterval", "MonitoringRoleArn", "AutoMinorVersionUpgrade", "CopyTagsToSnapshot", "PromotionTier",
    "DatabaseInsightsMode",
}  # fmt: skip
_INSTANCE_CALLS = ("CreateDBInstance", "CreateDBInstanceReadReplica", "ModifyDBInstance")
_CLUSTER_CALLS = ("CreateDBCluster", "ModifyDBCluster")


def install() -> None:
    """Keep and report them."""
    actions = original(rds, "_ACTION_MAP")
    instances, clusters = original(rds, "_instances"), original(rds, "_clusters")
    for call in _INSTANCE_CALLS:
        actions[call] = _keeping(actions[call], instances, "DBInstanceIdentifier")
    actions["CreateDBInstance"] = _leaving_cluster(actions["CreateDBInstance"], clusters)
    for call in _CLUSTER_CALLS:
        actions[call] = _keeping(actions[call], clusters, "DBClusterIdentifier")
    replace(rds, "_instance_xml", lambda own: _reporting(own, apart=_OF_CLUSTERS_ONLY))
    replace(rds, "_cluster_xml", lambda own: _reporting(own, apart={"PromotionTier"}))


def _leaving_cluster(own: Callable[[Parameters], Answer], clusters: Any) -> Callable[[Parameters], Answer]:
    """A new member must not change its cluster's endpoint: whoever has been told it goes on using it."""

    def create(parameters: Parameters) -> Answer:
        cluster = clusters.get(_one(parameters, "DBClusterIdentifier")) or {}
        endpoint = {name: cluster[name] for name in ("Endpoint", "ReaderEndpoint") if name in cluster}
        answer = own(parameters)
        if not cluster.get("_shared_endpoint"):
            cluster.update(endpoint)
        return answer

    return create


def _keeping(own: Callable[[Parameters], Answer], records: Any, identifier: str) -> Callable[[Parameters], Answer]:
    def call(parameters: Parameters) -> Answer:
        answer = own(parameters)
        name = _one(parameters, identifier)
        record = records.get(name.rsplit(":", 1)[-1] if name.startswith("arn:") else name)
        if answer[0] != 200 or record is None:
            return answer
        for parameter, (setting, read) in _SETTINGS.items():
            if given := _one(parameters, parameter):
                record[setting] = read(given)
        logs = set(record.get(_LOGS) or ()) | set(_all(parameters, "EnableCloudwatchLogsExports"))
        logs |= set(_all(parameters, "CloudwatchLogsExportConfiguration.EnableLogTypes"))
        record[_LOGS] = sorted(logs - set(_all(parameters, "CloudwatchLogsExportConfiguration.DisableLogTypes")))
        return answer

    return call


def _reporting(own: Callable[[Any], str], apart: set[str]) -> Callable[[Any], str]:
    def render(record: Any) -> str:
        text = own(record)
        for setting in sorted(_REPORTED - apart):
            value = record.get(setting)
            if value not in (None, "") and f"<{setting}>" not in text:
                text += (
                    f"<{setting}>{escape(str(value).lower() if isinstance(value, bool) else str(value))}</{setting}>"
                )
        members = "".join(f"<member>{escape(log)}</member>" for log in record.get(_LOGS) or ())
        return text.replace(f"<{_LOGS}/>", "") + f"<{_LOGS}>{members}</{_LOGS}>"

    return render


def _one(parameters: Parameters, name: str) -> str:
    value = parameters.get(name, "")
    return str(value[0] if isinstance(value, list) else value)


def _all(parameters: Parameters, name: str) -> list[str]:
    found: list[str] = []
    while item := _one(parameters, f"{name}.member.{len(found) + 1}"):
        found.append(item)
    return found
