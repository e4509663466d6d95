"""What should run, read from MiniStack's RDS records: these are the desired state, and the only one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ministack.services import rds

Record = dict[str, Any]

# How long-standing records name the engines.
POSTGRES_ENGINES = frozenset({"postgres", "aurora-postgresql"})
MYSQL_ENGINES = frozenset({"mysql", "mariadb", "aurora-mysql", "aurora"})
FAMILIES = dict.fromkeys(POSTGRES_ENGINES, "postgresql") | dict.fromkeys(MYSQL_ENGINES, "mysql")

STOPPED = frozenset({"stopped", "stopping"})
# The states that only a running server may end.
WAITING = frozenset({"creating", "starting"})


@dataclass
class Desired:
    """One database that should exist: an instance of its own, or an Aurora cluster (whose members share it)."""

    key: str
    name: str
    account: str
    region: str
    family: str
    record: Record
    is_cluster: bool
    members: list[Record] = field(default_factory=list)
    source: str | None = None

    @property
    def should_run(self) -> bool:
        """Tell whether it has been stopped by its owner."""
        return str(self.record.get(self._status_field, "")) not in STOPPED

    @property
    def master(self) -> tuple[str, str]:
        """The master user's name and password."""
        return str(self.record["MasterUsername"]), str(self.record.get("_MasterUserPassword") or "password")

    @property
    def database(self) -> str:
        """The first database's name."""
        name = self.record.get("DatabaseName" if self.is_cluster else "DBName")
        return str(name or ("postgres" if self.family == "postgresql" else "mydb"))

    @property
    def port(self) -> int:
        """The port that its endpoint has now, or 0."""
        if self.is_cluster:
            endpoint = self.record.get("_shared_endpoint") or {}
        else:
            endpoint = self.record["Endpoint"] if self.record.get("_tapstack_endpoint") else {}
        return int(endpoint.get("Port", 0))

    @property
    def forces_tls(self) -> bool:
        """Tell whether its parameter group refuses connections without TLS."""
        return self._is_on("rds.force_ssl", "require_secure_transport")

    @property
    def is_read_only(self) -> bool:
        """Tell whether its parameter group makes transactions read-only."""
        return self._is_on("default_transaction_read_only")

    def _is_on(self, *parameters: str) -> bool:
        if self.is_cluster:
            groups = rds._db_cluster_param_groups
            names = [str(self.record.get("DBClusterParameterGroup", ""))]
        else:
            groups = rds._param_groups
            names = [str(group["DBParameterGroupName"]) for group in self.record.get("DBParameterGroups", [])]
        for name in names:
            group = groups.get_scoped(self.account, self.region, name) or {}
            values = group.get("Parameters") or {}
            for parameter in parameters:
                value = values.get(parameter, {})
                value = value.get("ParameterValue") if isinstance(value, dict) else value
                if str(value).lower() in ("1", "on", "true"):
                    return True
        return False

    @property
    def _status_field(self) -> str:
        return "Status" if self.is_cluster else "DBInstanceStatus"

    def publish_endpoint(self, port: int) -> None:
        """Say in its records where it answers."""
        endpoint = {"Address": "localhost", "Port": port, "HostedZoneId": "Z2R2ITUGPM61AM"}
        if self.is_cluster:
            # MiniStack copies this one onto the members that join.
            self.record["_shared_endpoint"] = endpoint
            self.record.update(Endpoint="localhost", ReaderEndpoint="localhost", Port=port)
        for instance in self.members if self.is_cluster else [self.record]:
            instance.update(Endpoint=dict(endpoint), _tapstack_endpoint=True)

    def publish_no_endpoint(self) -> None:
        """Name an address that leads nowhere: MiniStack's `localhost:5432` may well be a server of the user's own."""
        address = f"{self.name}.{self.region}.rds.invalid"
        if self.is_cluster:
            self.record.update(Endpoint=address, ReaderEndpoint=address)
        for instance in self.members if self.is_cluster else [self.record]:
            instance["Endpoint"]["Address"] = address

    def publish_status(self, running: bool, waiting_status: str) -> None:
        """Say in its records whether it can be used."""
        if not self.should_run:
            return
        status = "available" if running else waiting_status
        if self.is_cluster:
            self._publish(self.record, "Status", status)
        for instance in self.members if self.is_cluster else [self.record]:
            self._publish(instance, "DBInstanceStatus", status)

    @staticmethod
    def _publish(record: Record, name: str, status: str) -> None:
        # Other states ("deleting", "modifying") are somebody else's to end.
        if record.get(name) in WAITING | {"available", "failed"}:
            record[name] = status


def family_of(record: Record) -> str | None:
    """Which server the record's engine needs, if it is one that is run here."""
    return FAMILIES.get(str(record.get("Engine")))


def desired_databases() -> dict[str, Desired]:
    """Everything that should exist now, by its key."""
    instances = rds._instances.all_items()
    found = {one.key: one for one in _clusters()}
    clusters = {(one.account, one.region, one.name): one for one in found.values()}
    for (account, region, name), record in instances:
        if record.get("DBClusterIdentifier"):
            cluster = clusters.get((account, region, record["DBClusterIdentifier"]))
            if cluster is not None:
                cluster.members.append(record)
        elif family := family_of(record):
            one = Desired(record["DbiResourceId"], name, account, region, family, record, is_cluster=False)
            one.source = _source_of_replica(record, account, region)
            found[one.key] = one
    return found


def _clusters() -> Iterator[Desired]:
    sources = _global_sources()
    for (account, region, name), record in rds._clusters.all_items():
        if family := family_of(record):
            # Records that CloudFormation's provisioner of an older state wrote may lack it.
            key = record.get("DbClusterResourceId") or record["DBClusterArn"].replace(":", "-")
            one = Desired(key, name, account, region, family, record, is_cluster=True)
            one.source = sources.get(record["DBClusterArn"])
            yield one


def _source_of_replica(record: Record, account: str, region: str) -> str | None:
    named = str(record.get("ReadReplicaSourceDBInstanceIdentifier") or "")
    if not named:
        return None
    if named.startswith("arn:"):
        _, _, _, region, account, _, named = named.split(":", 6)
    source = rds._instances.get_scoped(account, region, named)
    return str(source["DbiResourceId"]) if source else None


def _global_sources() -> dict[str, str]:
    """The key of the writer, by the ARN of each reader, over all global clusters."""
    keys = {record["DBClusterArn"]: record.get("DbClusterResourceId") for record in rds._clusters.all_values()}
    sources: dict[str, str] = {}
    for group in list(rds._global_clusters._data.values()):
        members = group.get("GlobalClusterMembers", [])
        writer = next((keys.get(one["DBClusterArn"]) for one in members if one.get("IsWriter")), None)
        if writer:
            sources |= {one["DBClusterArn"]: writer for one in members if not one.get("IsWriter")}
    return sources
