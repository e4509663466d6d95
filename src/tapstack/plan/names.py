"""Physical names: known before anything is deployed, so that no region has to ask another for one.

A name is a text with two gaps, `{account}` and `{region}`, that each engine fills in its own way; what is left open
makes it the same text in every region. Names of services that keep them per region carry no region; names that are
shared by an account carry it; names that are shared by the whole world carry the account too. An environment's name
has no hyphen, so two environments of a fleet can never meet in one name. Target groups are left to AWS to name: 32
characters are too few for a useful name, and nothing ever refers to one by it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from tapstack.catalog.regions import LONGEST_NAME
from tapstack.findings import Path
from tapstack.fleet.databases import AuroraMysql
from tapstack.fleet.fleet import Fleet
from tapstack.fleet.purposes import key_purposes as key_purposes

ACCOUNT_DIGITS = 12
ARTIFACTS = "artifacts"
"""The bucket that a region's templates and code lie in while CloudFormation deploys them."""


class NameKind(StrEnum):
    """What is named."""

    STACK = "stack"
    KEY_ALIAS = "key alias"
    BUCKET = "bucket"
    TABLE = "table"
    GLOBAL_DATABASE = "global database"
    DATABASE = "database"
    SECRET = "secret"  # noqa: S105 - a word, not a password
    FUNCTION = "function"
    ROLE = "role"
    QUEUE = "queue"
    API = "API"
    LOAD_BALANCER = "load balancer"
    FIREWALL = "firewall"
    FIREWALL_LOG = "firewall log group"
    TOPIC = "topic"
    ALARM = "alarm"
    SCHEDULE = "schedule"
    DASHBOARD = "dashboard"
    LOG_GROUP = "log group"


@dataclass(frozen=True)
class NameRule:
    """What a service allows, and how far its names reach."""

    limit: int
    pattern: str = "{stem}"
    reserved_prefixes: tuple[str, ...] = ()
    reserved_suffixes: tuple[str, ...] = ()


RULES: dict[NameKind, NameRule] = {
    # https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
    NameKind.STACK: NameRule(128),
    # https://docs.aws.amazon.com/kms/latest/developerguide/alias-create.html
    NameKind.KEY_ALIAS: NameRule(256, "alias/{stem}"),
    # https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
    NameKind.BUCKET: NameRule(
        63,
        "{stem}-{account}-{region}",
        reserved_prefixes=("xn--", "sthree-", "amzn-s3-demo-"),
        reserved_suffixes=("-s3alias", "--ol-s3", "--x-s3", "--table-s3"),
    ),
    # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
    NameKind.TABLE: NameRule(255),
    # https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html
    NameKind.GLOBAL_DATABASE: NameRule(63),
    # Room is kept for the number of an instance in its cluster, which is added to the cluster's name.
    NameKind.DATABASE: NameRule(60),
    # https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html
    NameKind.SECRET: NameRule(512),
    # https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
    NameKind.FUNCTION: NameRule(64),
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
    NameKind.ROLE: NameRule(64, "{stem}-{region}"),
    # https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-queues.html
    NameKind.QUEUE: NameRule(80),
    # https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis.html
    NameKind.API: NameRule(128),
    # https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html
    NameKind.LOAD_BALANCER: NameRule(32, reserved_prefixes=("internal-",)),
    # https://docs.aws.amazon.com/waf/latest/APIReference/API_CreateWebACL.html
    NameKind.FIREWALL: NameRule(128),
    # WAF writes only to log groups whose names begin so.
    # https://docs.aws.amazon.com/waf/latest/developerguide/logging-cw-logs.html
    NameKind.FIREWALL_LOG: NameRule(512, "aws-waf-logs-{stem}"),
    # https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html
    NameKind.TOPIC: NameRule(256),
    # https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
    NameKind.ALARM: NameRule(255),
    # https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html
    NameKind.SCHEDULE: NameRule(64),
    # Dashboards have no region in their ARN: an account has one of each name.
    NameKind.DASHBOARD: NameRule(255, "{stem}-{region}"),
    # https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html
    NameKind.LOG_GROUP: NameRule(512, "/tapstack/{stem}"),
}


class PlannedName(BaseModel):
    """A physical name, with gaps for account and region, and the part of the fleet that it belongs to."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: NameKind
    component: str
    text: str
    path: Path

    def at(self, region: str, account: str) -> str:
        """The name in one region of one account."""
        return self.text.replace("{region}", region).replace("{account}", account)

    def longest(self, region_length: int = LONGEST_NAME) -> int:
        """How long the name becomes in the region with the longest code, of AWS or of the fleet."""
        return len(self.at("r" * max(region_length, LONGEST_NAME), "0" * ACCOUNT_DIGITS))


def name_of(kind: NameKind, fleet: str, environment: str, component: str, path: Path = ()) -> PlannedName:
    """Make the name of one thing."""
    stem = "-".join(part for part in (fleet, environment, component) if part)
    return PlannedName(kind=kind, component=component, path=path, text=RULES[kind].pattern.replace("{stem}", stem))


def names_of(fleet: Fleet, environment: str) -> Iterator[PlannedName]:
    """Every physical name that a fleet uses in an environment.

    Alarms are left out: their names are made of a component's and always fit, and only the engine knows what to watch.
    """

    def name(kind: NameKind, component: str, *path: str) -> PlannedName:
        return name_of(kind, fleet.fleet, environment, component, path)

    for unit in ("foundation", "global", "regional"):
        yield name(NameKind.STACK, unit, "fleet")
    if len(fleet.regions) > 1 and any(bucket.replication != "none" for bucket in fleet.buckets.values()):
        yield name(NameKind.STACK, "links", "fleet")
    yield name(NameKind.BUCKET, "access-logs", "fleet")
    if fleet.engine == "cloudformation":
        yield name(NameKind.BUCKET, ARTIFACTS, "fleet")
    for purpose in key_purposes(fleet):
        yield name(NameKind.KEY_ALIAS, purpose, "encryption")
    for bucket, stored in fleet.buckets.items():
        yield name(NameKind.BUCKET, bucket, "buckets", bucket)
        if stored.replication != "none":
            yield name(NameKind.ROLE, f"{bucket}-replication", "buckets", bucket)
    for table in fleet.tables:
        yield name(NameKind.TABLE, table, "tables", table)
    for database, described in fleet.databases.items():
        yield name(NameKind.DATABASE, database, "databases", database)
        yield name(NameKind.SECRET, database, "databases", database)
        if isinstance(described, AuroraMysql) and described.cross_region:
            yield name(NameKind.GLOBAL_DATABASE, database, "databases", database)
        if described.enhanced_monitoring:
            yield name(NameKind.ROLE, f"{database}-monitoring", "databases", database)
        if described.password_rotation:
            yield name(NameKind.FUNCTION, f"{database}-rotation", "databases", database)
            yield name(NameKind.ROLE, f"{database}-rotation-function", "databases", database)
            yield name(NameKind.LOG_GROUP, f"functions/{database}-rotation", "databases", database)
    for function, code in fleet.functions.items():
        yield name(NameKind.FUNCTION, function, "functions", function)
        yield name(NameKind.ROLE, f"{function}-function", "functions", function)
        yield name(NameKind.LOG_GROUP, f"functions/{function}", "functions", function)
        if code.dead_letter:
            yield name(NameKind.QUEUE, f"{function}-dead-letters", "functions", function)
    for api, served in fleet.apis.items():
        yield name(NameKind.API, api, "apis", api)
        if served.access_log:
            yield name(NameKind.LOG_GROUP, f"apis/{api}", "apis", api)
        if served.has_firewall:
            yield name(NameKind.FIREWALL, f"{api}-api", "apis", api)
            yield name(NameKind.FIREWALL_LOG, f"{api}-api", "apis", api)
    for balancer, balancing in fleet.load_balancers.items():
        yield name(NameKind.LOAD_BALANCER, balancer, "load_balancers", balancer)
        if balancing.firewall:
            yield name(NameKind.FIREWALL, f"{balancer}-balancer", "load_balancers", balancer)
            yield name(NameKind.FIREWALL_LOG, f"{balancer}-balancer", "load_balancers", balancer)
    if fleet.dns is not None and fleet.dns.query_log:
        yield name(NameKind.LOG_GROUP, "dns", "dns")
    if fleet.network is not None and fleet.network.flow_logs:
        yield name(NameKind.ROLE, "flow-logs", "network")
        yield name(NameKind.LOG_GROUP, "network", "network")
    if fleet.network is not None:
        yield name(NameKind.FUNCTION, "default-group", "network")
        yield name(NameKind.ROLE, "default-group-function", "network")
        yield name(NameKind.LOG_GROUP, "functions/default-group", "network")
    if fleet.observability.alarms or fleet.observability.drift_watch:
        yield name(NameKind.TOPIC, "alarms", "observability")
    if fleet.observability.drift_watch:
        yield name(NameKind.ROLE, "drift-watch", "observability", "drift_watch")
        for unit in ("foundation", "global", "regional"):
            yield name(NameKind.SCHEDULE, f"drift-{unit}", "observability", "drift_watch")
    if fleet.observability.dashboards:
        yield name(NameKind.DASHBOARD, "region", "observability")
        yield name(NameKind.DASHBOARD, "fleet", "observability")
