"""Mends of single faults in MiniStack 1.5.33: one small module each, which says what is wrong and when it can go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tapstack.sandbox.server.mends import (
    alarm_descriptions,
    alarm_statistics,
    alarm_tags,
    all_traffic_rules,
    api_addresses,
    api_tags,
    certificate_proofs,
    change_sets,
    custom_resources,
    database_settings,
    drift_detection,
    event_retries,
    flow_logs,
    function_code,
    function_log_groups,
    function_readiness,
    function_settings,
    function_workers,
    global_tables,
    health_check_answers,
    hosted_zone_settings,
    key_aliases,
    listener_certificates,
    load_balancer_answers,
    load_balancer_protection,
    managed_keys,
    names_taken,
    network_descriptions,
    object_encryption,
    record_conflicts,
    secret_labels,
    secret_replicas,
    table_keys,
    template_functions,
    web_acl_logging,
    zone_signing,
)

if TYPE_CHECKING:
    from tapstack.sandbox.server.extension import ServerContext, Status

MENDS = (
    alarm_descriptions,
    alarm_statistics,
    alarm_tags,
    all_traffic_rules,
    api_addresses,
    api_tags,
    certificate_proofs,
    change_sets,
    custom_resources,
    database_settings,
    drift_detection,
    event_retries,
    flow_logs,
    function_code,
    function_log_groups,
    function_readiness,
    function_settings,
    function_workers,
    global_tables,
    health_check_answers,
    hosted_zone_settings,
    key_aliases,
    listener_certificates,
    load_balancer_answers,
    load_balancer_protection,
    managed_keys,
    names_taken,
    network_descriptions,
    object_encryption,
    record_conflicts,
    secret_labels,
    secret_replicas,
    table_keys,
    template_functions,
    web_acl_logging,
    zone_signing,
)


class Mends:
    """The extension that applies all mends."""

    name = "mends"

    def install(self, context: ServerContext) -> None:  # noqa: ARG002 - the protocol's
        """Apply every mend."""
        for mend in MENDS:
            mend.install()

    async def start(self, context: ServerContext) -> None:
        """Nothing runs in the background."""

    async def stop(self) -> None:
        """Nothing to stop."""

    def reset(self) -> None:
        """Nothing is kept here."""

    def status(self) -> Status:
        """How many mends are in force."""
        return {"mends": len(MENDS)}
