"""What a person does by hand, step by step: the calls that `failover` makes, with a fleet's own identifiers.

What AWS has named, such as health checks, stands in shell variables that are filled by look-ups.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tapstack.engines import names_in_dns
from tapstack.engines.database_settings import FREE_RETENTION_DAYS
from tapstack.engines.terraform.made_anew import adopting_by_hand
from tapstack.failover import aurora, postgres, replicas, rotation, routing
from tapstack.failover.calls import Call
from tapstack.failover.instances import ASIDE, FENCE
from tapstack.failover.routing import Check
from tapstack.fleet.databases import AuroraMysql, Postgres
from tapstack.fleet.fleet import Fleet
from tapstack.plan.model import Plan
from tapstack.plan.names import NameKind, name_of
from tapstack.rollout.endpoints import public_urls

DAY = 86400
ACCOUNT = "$ACCOUNT"
MEMBERS_QUERY = (
    "--query 'GlobalClusters[0].[Status,GlobalClusterMembers[].[DBClusterArn,IsWriter,SynchronizationStatus]]'"
)
HELD_QUERY = "--query 'HealthCheck.HealthCheckConfig.[Disabled,Inverted]'"


@dataclass(frozen=True)
class Instruction:
    """One thing to do or to look at."""

    title: str
    commands: tuple[str, ...]
    expect: str = ""
    """What must be seen before the next one."""
    console: str = ""
    """Where the console offers the same."""


class Instructions:
    """Everything that a person may be told of one fleet."""

    def __init__(self, fleet: Fleet, plan: Plan) -> None:
        self._fleet = fleet
        self._plan = plan
        self.regions = tuple(region.name for region in plan.regions)
        moving = fleet.databases if len(self.regions) > 1 else {}
        self.aurora = {name: one for name, one in moving.items() if isinstance(one, AuroraMysql) and one.cross_region}
        self.postgres = {name: one for name, one in moving.items() if isinstance(one, Postgres) and one.cross_region}

    # What AWS has named ------------------------------------------------------------------------------------------

    def variables(self) -> Iterator[str]:
        """Shell commands that look up what AWS has named."""
        yield (
            f"ACCOUNT={self._plan.account}"
            if self._plan.account
            else ("ACCOUNT=$(aws sts get-caller-identity --query Account --output text)")
        )
        dns = self._fleet.dns
        if dns is not None:
            zone = dns.hosted_zone
            yield (
                f"ZONE={zone}"
                if zone != "create"
                else (
                    f"ZONE=$(aws route53 list-hosted-zones-by-name --dns-name {dns.zone} --max-items 1 "
                    "--query 'HostedZones[0].Id' --output text)"
                )
            )
        for check in self._checks():
            query = (
                f"ResourceRecordSets[?Name=='{check.address}.' && SetIdentifier=='{check.region}'].HealthCheckId | [0]"
            )
            yield (
                f"{check.id[1:]}=$(aws route53 list-resource-record-sets --hosted-zone-id $ZONE "
                f'--query "{query}" --output text)'
            )
        for name in self.postgres:
            for region in self.regions:
                described = (
                    f"aws rds describe-db-instances --region {region} --db-instance-identifier {self.database(name)}"
                )
                for prefix, query in (
                    ("PARAMETERS", "DBParameterGroups[0].DBParameterGroupName"),
                    ("SUBNETS", "DBSubnetGroup.DBSubnetGroupName"),
                    ("FIREWALL", "VpcSecurityGroups[0].VpcSecurityGroupId"),
                ):
                    variable = _variable(prefix, name, region)[1:]
                    yield f"{variable}=$({described} --query 'DBInstances[0].{query}' --output text)"

    def _checks(self) -> Iterator[Check]:
        """Health checks by shell variables; `address` is the record's own name."""
        dns = self._fleet.dns
        if dns is None:
            return
        for label, name in dns.names.items():
            if names_in_dns.checked(self._fleet, name) is None:
                continue
            ordered = name.routing == "failover" and len(self.regions) > 1
            for region in self.regions:
                own = (
                    names_in_dns.standbys(dns, label) if ordered and region != self._plan.home else dns.full_name(label)
                )
                variable = _variable("CHECK", names_in_dns.word(label), region)
                yield Check(label, dns.full_name(label), region, variable, own.replace("*", "\\052"))

    # Looking -----------------------------------------------------------------------------------------------------

    def looking(self) -> Iterator[Instruction]:
        """How to see where everything is."""
        for name in self.aurora:
            identifier = self.name(NameKind.GLOBAL_DATABASE, name)
            yield Instruction(
                f"Where the writer of `{name}` is",
                tuple(
                    f"aws rds describe-global-clusters --region {region} --global-cluster-identifier {identifier} "
                    + MEMBERS_QUERY
                    for region in self.regions
                ),
                "The same from every region that answers: one writer, `available`, the others `connected`.",
                "RDS → Databases: the role column says Primary or Secondary cluster.",
            )
        for name in self.postgres:
            yield Instruction(
                f"Where the writer of `{name}` is",
                tuple(
                    f"aws rds describe-db-instances --region {region} --db-instance-identifier {self.database(name)} "
                    "--query 'DBInstances[0].[DBInstanceStatus,ReadReplicaSourceDBInstanceIdentifier]'"
                    for region in self.regions
                ),
                "The writer follows nobody; the others name it. Of two that follow nobody, the old one is stopped, "
                f"or has `{FENCE}` in its parameter group.",
                "RDS → Databases: the role column says Primary, Replica or Instance.",
            )
        for check in self._checks():
            yield Instruction(
                f"Whether clients of {check.name} are kept from {check.region}",
                (f"aws route53 get-health-check --health-check-id {check.id} {HELD_QUERY}",),
                "`true true`: held unhealthy by a failover. Anything else: the region's own health counts.",
                "Route 53 → Health checks.",
            )

    def lag(self, name: str, writer: str, to: str) -> Instruction:
        """How far a follower is behind, where the writer answers."""
        if name in self.aurora:
            region, metric, dimension = to, "AuroraGlobalDBReplicationLag", "DBClusterIdentifier"
            wanted = "Milliseconds; below 1,000 is usual."
        else:
            region, metric, dimension = writer, "OldestReplicationSlotLag", "DBInstanceIdentifier"
            wanted = "Bytes that the replica has not received; 0, or nearly."
        return Instruction(
            f"How far `{name}` in {to} is behind",
            (_measuring(region, metric, dimension, self.database(name)),),
            wanted,
            f"CloudWatch in {region} → RDS → {metric}.",
        )

    # Steps -------------------------------------------------------------------------------------------------------

    def switch(self, name: str, writer: str, to: str) -> Instruction:
        """Move an Aurora writer, losing nothing."""
        call = aurora.moving(
            self.name(NameKind.GLOBAL_DATABASE, name), self.arn(to, f"cluster:{self.database(name)}"), writer,
            planned=True,
        )  # fmt: skip
        return Instruction(
            f"Switch `{name}` over to {to}",
            (call.command,),
            "The global database is `available` and its writer is there: some minutes, of which writes wait about one.",
            "RDS → Databases → the global database → Actions → Switch over or fail over → Switchover.",
        )

    def flee(self, name: str, to: str) -> Instruction:
        """Move an Aurora writer with what has arrived."""
        arn = self.arn(to, f"cluster:{self.database(name)}")
        call = aurora.moving(self.name(NameKind.GLOBAL_DATABASE, name), arn, to, planned=False)
        return Instruction(
            f"Fail `{name}` over to {to}: what had not arrived is lost",
            (call.command,),
            "The global database is `available` and its writer is there.",
            "RDS → Databases → the global database → Actions → Switch over or fail over → Failover (allow data loss).",
        )

    def promote(self, name: str, writer: str, to: str, *, planned: bool) -> Iterator[Instruction]:
        """Make a PostgreSQL replica the writer; planned, only after the old one takes no more writes."""
        if planned:
            yield Instruction(
                f"Keep writes from `{name}` in {writer}",
                (self.fence(name, writer).command, postgres.rebooting(writer, self.database(name)).command),
                "`available` again. No session of before the reboot is left, and new ones are read-only.",
                f"RDS in {writer} → Parameter groups → {FENCE} = 1; then Databases → Actions → Reboot.",
            )
            yield self.lag(name, writer, to)
        yield Instruction(
            f"Promote `{name}` in {to}: this cannot be undone",
            (postgres.promoting(to, self.database(name), self._fleet.databases[name].backup_retention // DAY).command,),
            "`available`, and no `ReadReplicaSourceDBInstanceIdentifier`."
            + (" Not before the Minimum was 0 in a minute that began after the reboot." if planned else ""),
            f"RDS in {to} → Databases → the replica → Actions → Promote.",
        )

    def rebuild(self, name: str, region: str, source: str) -> Iterator[Instruction]:
        """Make a replica in the place of what cannot follow any more."""
        database = self.postgres[name]
        identifier = self.database(name)
        aside = f"{identifier}{ASIDE}$(date +%Y%m%d)"
        renaming = {"DBInstanceIdentifier": identifier, "NewDBInstanceIdentifier": aside, "ApplyImmediately": True}
        yield Instruction(
            f"Set `{name}` in {region} aside: it cannot follow any more, and may hold writes that nobody else has",
            (
                Call("rds", "start_db_instance", region, {"DBInstanceIdentifier": identifier}).command,
                f"aws rds wait db-instance-available --region {region} --db-instance-identifier {identifier}",
                Call("rds", "modify_db_instance", region, renaming).command,
            ),
            "The new name is `available`; the planned name is free. The first command is for one that was stopped. "
            "Delete what was set aside when it has been looked through.",
            f"RDS in {region} → Databases → Modify → DB instance identifier, apply immediately.",
        )
        described = {
            "AutoMinorVersionUpgrade": True,
            "CopyTagsToSnapshot": True,
            "DBInstanceClass": database.instance_class,
            "DeletionProtection": self._fleet.protection.deletion,
            "MultiAZ": database.multi_az,
            "PubliclyAccessible": False,
            "StorageType": database.storage_type,
            "IAMDatabaseAuthenticationEnabled": True,
            "EnabledCloudwatchLogsExports": ["postgresql", "upgrade"] if database.log_exports else [],
            "DBSubnetGroup": {"DBSubnetGroupName": _variable("SUBNETS", name, region)},
            "DBParameterGroups": [{"DBParameterGroupName": _variable("PARAMETERS", name, region)}],
            "VpcSecurityGroups": [{"VpcSecurityGroupId": _variable("FIREWALL", name, region)}],
            "StorageEncrypted": database.encryption != "unencrypted",
            "PerformanceInsightsEnabled": True,
            "PerformanceInsightsRetentionPeriod": FREE_RETENTION_DAYS,
        }
        if database.encryption != "unencrypted":
            described["KmsKeyId"] = (
                self.name(NameKind.KEY_ALIAS, "data") if database.encryption == "customer-key" else "alias/aws/rds"
            )
            described["PerformanceInsightsKMSKeyId"] = described["KmsKeyId"]
        if database.enhanced_monitoring:
            role = self.name(NameKind.ROLE, f"{name}-monitoring").replace("{region}", region)
            partition = self._plan.region(region).partition
            described["MonitoringInterval"] = database.enhanced_monitoring
            described["MonitoringRoleArn"] = f"arn:{partition}:iam::{ACCOUNT}:role/{role}"
        keeping = {
            "DBInstanceIdentifier": identifier,
            "BackupRetentionPeriod": database.backup_retention // DAY,
            "ApplyImmediately": True,
        }
        yield Instruction(
            f"Make `{name}` in {region} a replica of {source}",
            (
                replicas.creating(identifier, region, self.arn(source, f"db:{identifier}"), described).command,
                f"aws rds wait db-instance-available --region {region} --db-instance-identifier {identifier}",
                Call("rds", "modify_db_instance", region, keeping).command,
                postgres.lifting(region, _variable("PARAMETERS", name, region)).command,
            ),
            f"`available`, and `ReadReplicaSourceDBInstanceIdentifier` names {source}. It takes as long as the "
            "database is large. The last command lifts the fence of before; a replica is read-only by itself.",
            f"RDS in {source} → Databases → Actions → Create read replica, with the settings of what was set aside.",
        )
        if self._plan.engine == "terraform":
            yield Instruction(
                f"Tell Terraform of `{name}` in {region}: its state knows an instance by the id that AWS gave it",
                (adopting_by_hand(name, identifier),),
                "In the folder of the region's unit, initialised. `tapstack failback` does the same, even where all "
                "else was done by hand. A plan before that would rename back what was set aside.",
            )

    def stop(self, name: str, region: str) -> Instruction:
        """Stop an old PostgreSQL writer."""
        return Instruction(
            f"Stop `{name}` in {region}",
            (postgres.stopping(region, self.database(name)).command,),
            "`stopped`. AWS starts it again after seven days, read-only still.",
            f"RDS in {region} → Databases → Actions → Stop temporarily.",
        )

    def routes(self, to: str) -> Iterator[Instruction]:
        """Lead clients to a region."""
        dns = self._fleet.dns
        if dns is None:
            return
        release: list[Check] = []
        hold: list[Check] = []
        for check in self._checks():
            aside = routing.regions_in_the_way(self.regions, dns.names[check.label], to)
            (hold if check.region in aside else release).append(check)
        if hold or release:
            yield Instruction(
                f"Lead clients to {to}, by health: no record changes",
                tuple(
                    [routing.letting_go(check).command for check in release]
                    + [routing.holding(check).command for check in hold]
                ),
                "Disabled and inverted together mean unhealthy for as long as it stands; inverted alone would lead "
                "clients back the moment the region really fails.",
                "Route 53 → Health checks → Edit: Disabled, Invert health check status.",
            )

    def served(self, to: str) -> Iterator[Instruction]:
        """See that clients are served."""
        commands = (
            [f"dig +short {self._fleet.dns.full_name(label).replace('*', 'probe')}" for label in self._fleet.dns.names]
            if self._fleet.dns
            else []
        )
        commands += [
            f"curl --fail --silent --show-error --output /dev/null --write-out '%{{http_code}}\\n' {url}"
            for url in public_urls(self._fleet)
        ]
        if commands:
            yield Instruction(
                f"See that {to} serves",
                tuple(commands),
                f"Addresses of {to} within some minutes, and answers below 400. Then look where the writers are.",
            )

    def lag_at_target(self, name: str, to: str) -> Instruction:
        """How much would be lost, where the writer does not answer."""
        if name in self.aurora:
            return self.lag(name, to, to)
        return Instruction(
            f"How much of `{name}` will be lost",
            (_measuring(to, "ReplicaLag", "DBInstanceIdentifier", self.database(name)),),
            "Seconds: what was written that long before the latest value, or later, may be missing.",
            f"CloudWatch in {to} → RDS → ReplicaLag.",
        )

    def rotations(self, *, pause: bool) -> Iterator[Instruction]:
        """Pause or resume the rotation of every password."""
        for name in self.rotating:
            yield Instruction(
                f"{'Pause' if pause else 'Resume'} the rotation of `{name}`'s password",
                (self.pausing(name, pause=pause).command,),
                "" if pause else "The password itself does not change now.",
                "Secrets Manager → the secret → Rotation.",
            )

    def pausing(self, name: str, *, pause: bool) -> Call:
        """The call that pauses or resumes one."""
        return (rotation.pausing if pause else rotation.resuming)(self._plan.home, self.name(NameKind.SECRET, name))

    # Names -------------------------------------------------------------------------------------------------------

    @property
    def moving(self) -> tuple[str, ...]:
        """The databases whose writer can move."""
        return (*self.aurora, *self.postgres)

    @property
    def rotating(self) -> tuple[str, ...]:
        """Those of them whose password changes by itself."""
        return tuple(name for name in self.moving if self._fleet.databases[name].password_rotation is not None)

    def fence(self, name: str, region: str) -> Call:
        """The call that keeps writes from a PostgreSQL instance."""
        return postgres.fencing(region, _variable("PARAMETERS", name, region))

    def name(self, kind: NameKind, component: str) -> str:
        """A planned name."""
        return name_of(kind, self._plan.fleet, self._plan.environment, component).text

    def database(self, name: str) -> str:
        """What RDS calls a database."""
        return self.name(NameKind.DATABASE, name)

    def arn(self, region: str, resource: str) -> str:
        """An ARN by a planned name."""
        return f"arn:{self._plan.region(region).partition}:rds:{region}:{self._plan.account or ACCOUNT}:{resource}"


def _measuring(region: str, metric: str, dimension: str, name: str) -> str:
    """The last ten minutes of a metric."""
    return (
        f"aws cloudwatch get-metric-statistics --region {region} --namespace AWS/RDS --metric-name {metric} "
        f"--dimensions Name={dimension},Value={name} --period 60 --statistics Minimum Maximum "
        '--start-time "$(date -u -d -10min +%FT%TZ)" --end-time "$(date -u +%FT%TZ)"'
    )


def _variable(*words: str) -> str:
    return "$" + re.sub(r"[^A-Z0-9]+", "_", "_".join(words).upper())
