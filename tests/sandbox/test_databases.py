"""Databases behind RDS endpoints: real SQL connections, and real losses in an outage."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pymysql
import pytest

from tapstack.sandbox.control import Sandbox

SANDBOX_OPTIONS: dict[str, Any] = {"replication_lag_seconds": 1.0}

EAST, WEST = "us-east-1", "us-west-2"
PASSWORD = "first-Passw0rd"


def wait_until(holds: Callable[[], object], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "not in time"
        time.sleep(0.05)


def instance(sandbox: Sandbox, region: str, name: str) -> dict[str, Any]:
    answer = sandbox.client("rds", region).describe_db_instances(DBInstanceIdentifier=name)
    return dict(answer["DBInstances"][0])


def wait_available(sandbox: Sandbox, region: str, name: str) -> dict[str, Any]:
    wait_until(lambda: instance(sandbox, region, name)["DBInstanceStatus"] not in ("creating", "starting"))
    found = instance(sandbox, region, name)
    assert found["DBInstanceStatus"] == "available"
    return found


def create(sandbox: Sandbox, region: str, name: str, **options: Any) -> dict[str, Any]:
    answer = sandbox.client("rds", region).create_db_instance(
        DBInstanceIdentifier=name, Engine="postgres", DBInstanceClass="db.t3.micro", AllocatedStorage=20,
        MasterUsername="owner", MasterUserPassword=PASSWORD, DBName="shop", BackupRetentionPeriod=7, **options,
    )  # fmt: skip
    return dict(answer["DBInstance"])


def connect(found: dict[str, Any], password: str = PASSWORD, **options: Any) -> psycopg.Connection[Any]:
    endpoint = found["Endpoint"]
    return psycopg.connect(
        host=endpoint["Address"], port=endpoint["Port"], user="owner", password=password, dbname="shop",
        autocommit=True, connect_timeout=5, **options,
    )  # fmt: skip


def can_connect(found: dict[str, Any], password: str = PASSWORD) -> bool:
    try:
        with connect(found, password):
            return True
    except psycopg.OperationalError:
        return False


def count(connection: psycopg.Connection[Any]) -> int:
    row = connection.execute("SELECT count(*) FROM orders").fetchone()
    assert row is not None
    return int(row[0])


@pytest.fixture(scope="module")
def home(sandbox: Sandbox) -> dict[str, Any]:
    answer = create(sandbox, EAST, "home")
    assert answer["DBInstanceStatus"] == "creating"
    return wait_available(sandbox, EAST, "home")


@pytest.fixture
def outage(sandbox: Sandbox) -> Iterator[Callable[[str], None]]:
    regions: list[str] = []

    def begin(region: str) -> None:
        regions.append(region)
        sandbox.outage(region)

    yield begin
    for region in regions:
        sandbox.restore(region)


def test_the_endpoint_takes_the_master_password_and_no_other(home: dict[str, Any]) -> None:
    with connect(home) as connection:
        connection.execute("CREATE TABLE first (id int PRIMARY KEY)")
        assert connection.execute("SELECT current_user, current_database()").fetchone() == ("owner", "shop")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        connect(home, "wrong")


def test_the_endpoint_speaks_tls_with_the_sandbox_s_certificate(sandbox: Sandbox, home: dict[str, Any]) -> None:
    with connect(home, sslmode="verify-full", sslrootcert=str(sandbox.ca_bundle)) as connection:
        assert connection.pgconn.ssl_in_use


def test_a_parameter_group_that_forces_tls_refuses_plain_connections(sandbox: Sandbox) -> None:
    rds = sandbox.client("rds", EAST)
    rds.create_db_parameter_group(DBParameterGroupName="tls", DBParameterGroupFamily="postgres16", Description="TLS")
    rds.modify_db_parameter_group(
        DBParameterGroupName="tls",
        Parameters=[{"ParameterName": "rds.force_ssl", "ParameterValue": "1", "ApplyMethod": "immediate"}],
    )
    create(sandbox, EAST, "strict", DBParameterGroupName="tls")
    strict = wait_available(sandbox, EAST, "strict")
    with pytest.raises(psycopg.OperationalError, match="encrypted connections only"):
        connect(strict, sslmode="disable")
    with connect(strict, sslmode="require") as connection:
        assert connection.pgconn.ssl_in_use
    rds.delete_db_instance(DBInstanceIdentifier="strict", SkipFinalSnapshot=True)


def test_a_modified_master_password_is_the_real_one(sandbox: Sandbox) -> None:
    create(sandbox, EAST, "modified")
    found = wait_available(sandbox, EAST, "modified")
    rds = sandbox.client("rds", EAST)
    rds.modify_db_instance(DBInstanceIdentifier="modified", MasterUserPassword="second-Passw0rd", ApplyImmediately=True)
    assert can_connect(found, "second-Passw0rd")
    assert not can_connect(found, PASSWORD)

    rds.stop_db_instance(DBInstanceIdentifier="modified")
    wait_until(lambda: not can_connect(found, "second-Passw0rd"))
    rds.start_db_instance(DBInstanceIdentifier="modified")
    assert can_connect(wait_available(sandbox, EAST, "modified"), "second-Passw0rd")

    process = psutil.Process(running(sandbox, "modified")["pid"])
    rds.delete_db_instance(DBInstanceIdentifier="modified", SkipFinalSnapshot=True)
    wait_until(lambda: not process.is_running())
    folders = Path(str(sandbox.settings.folder)) / "databases"
    wait_until(lambda: found["DbiResourceId"] not in {folder.name for folder in folders.iterdir()})


def test_a_managed_master_password_is_in_its_secret_and_rotates_with_it(sandbox: Sandbox) -> None:
    rds, secrets = sandbox.client("rds", EAST), sandbox.client("secretsmanager", EAST)
    rds.create_db_instance(
        DBInstanceIdentifier="managed", Engine="postgres", DBInstanceClass="db.t3.micro", AllocatedStorage=20,
        MasterUsername="owner", ManageMasterUserPassword=True, DBName="shop",
    )  # fmt: skip
    found = wait_available(sandbox, EAST, "managed")

    def password() -> str:
        value = secrets.get_secret_value(SecretId=found["MasterUserSecret"]["SecretArn"])["SecretString"]
        return str(json.loads(value)["password"])

    first = password()
    assert can_connect(found, first)
    rds.modify_db_instance(DBInstanceIdentifier="managed", RotateMasterUserPassword=True, ApplyImmediately=True)
    assert password() != first
    assert can_connect(found, password())
    assert not can_connect(found, first)
    rds.delete_db_instance(DBInstanceIdentifier="managed", SkipFinalSnapshot=True)
    with pytest.raises(secrets.exceptions.ResourceNotFoundException):
        password()


def running(sandbox: Sandbox, name: str) -> dict[str, Any]:
    parts: Any = sandbox.status()["parts"]
    return next(one for one in parts["databases"]["running"] if one["name"] == name)


def test_an_outage_refuses_connections_and_breaks_open_ones(
    sandbox: Sandbox, home: dict[str, Any], outage: Callable[[str], None]
) -> None:
    with contextlib.closing(connect(home)) as connection:
        outage(EAST)
        wait_until(lambda: not can_connect(home), 5)
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")
    sandbox.restore(EAST)
    wait_until(lambda: can_connect(home), 5)


def test_a_promoted_replica_lacks_exactly_the_writes_of_the_last_lag(
    sandbox: Sandbox, home: dict[str, Any], outage: Callable[[str], None]
) -> None:
    west = sandbox.client("rds", WEST)
    west.create_db_instance_read_replica(
        DBInstanceIdentifier="standby", SourceDBInstanceIdentifier=home["DBInstanceArn"], DBInstanceClass="db.t3.micro"
    )
    standby = wait_available(sandbox, WEST, "standby")
    assert standby["ReadReplicaSourceDBInstanceIdentifier"] == home["DBInstanceArn"]
    assert instance(sandbox, EAST, "home")["ReadReplicaDBInstanceIdentifiers"] == [standby["DBInstanceArn"]]

    with contextlib.closing(connect(home)) as writer, contextlib.closing(connect(standby)) as reader:
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            reader.execute("CREATE TABLE refused (id int)")
        writer.execute("CREATE TABLE orders (id int PRIMARY KEY)")
        writer.execute("INSERT INTO orders VALUES (1)")
        begun = time.monotonic()
        wait_until(lambda: has_orders(reader) and count(reader) == 1)
        assert time.monotonic() - begun > 0.8

        writer.execute("INSERT INTO orders VALUES (2)")
        outage(EAST)
        wait_until(lambda: running(sandbox, "standby")["replication"] == "paused", 5)
        west.promote_read_replica(DBInstanceIdentifier="standby")
        wait_until(lambda: takes_writes(reader))
        # 1 had arrived, 2 was under way, 3 is the promoted database's own.
        assert [row[0] for row in reader.execute("SELECT id FROM orders ORDER BY id")] == [1, 3]
        assert instance(sandbox, WEST, "standby").get("ReadReplicaSourceDBInstanceIdentifier", "") == ""
    sandbox.restore(EAST)
    wait_until(lambda: can_connect(home), 5)
    with connect(home) as old:
        assert count(old) == 2


def has_orders(connection: psycopg.Connection[Any]) -> bool:
    row = connection.execute("SELECT to_regclass('orders')").fetchone()
    return row is not None and row[0] is not None


def takes_writes(connection: psycopg.Connection[Any]) -> bool:
    try:
        connection.execute("INSERT INTO orders VALUES (3)")
    except psycopg.errors.ReadOnlySqlTransaction:
        return False
    return True


def test_a_stack_s_database_is_usable_when_the_stack_is_complete(sandbox: Sandbox) -> None:
    template = {
        "Resources": {
            "Database": {
                "Type": "AWS::RDS::DBInstance",
                "Properties": {
                    "DBInstanceIdentifier": "stacked",
                    "Engine": "postgres",
                    "DBInstanceClass": "db.t3.micro",
                    "AllocatedStorage": "20",
                    "DBName": "shop",
                    "MasterUsername": "owner",
                    "MasterUserPassword": PASSWORD,
                },
            }
        },
        "Outputs": {
            "Address": {"Value": {"Fn::GetAtt": ["Database", "Endpoint.Address"]}},
            "Port": {"Value": {"Fn::GetAtt": ["Database", "Endpoint.Port"]}},
        },
    }
    cloudformation = sandbox.client("cloudformation", EAST)
    cloudformation.create_stack(StackName="database", TemplateBody=json.dumps(template))
    wait_until(lambda: not stack(cloudformation)["StackStatus"].endswith("IN_PROGRESS"))
    assert stack(cloudformation)["StackStatus"] == "CREATE_COMPLETE"
    outputs = {one["OutputKey"]: one["OutputValue"] for one in stack(cloudformation)["Outputs"]}
    assert can_connect({"Endpoint": {"Address": outputs["Address"], "Port": int(outputs["Port"])}})
    cloudformation.delete_stack(StackName="database")


def stack(cloudformation: Any) -> dict[str, Any]:
    return dict(cloudformation.describe_stacks(StackName="database")["Stacks"][0])


def make_global(sandbox: Sandbox, engine: str, version: str, name: str) -> None:
    east, west = sandbox.client("rds", EAST), sandbox.client("rds", WEST)
    east.create_global_cluster(GlobalClusterIdentifier=name, Engine=engine, EngineVersion=version)
    east.create_db_cluster(
        DBClusterIdentifier=f"{name}-east", Engine=engine, EngineVersion=version, GlobalClusterIdentifier=name,
        MasterUsername="owner", MasterUserPassword=PASSWORD, DatabaseName="shop",
    )  # fmt: skip
    west.create_db_cluster(
        DBClusterIdentifier=f"{name}-west", Engine=engine, EngineVersion=version, GlobalClusterIdentifier=name
    )
    for client, place in ((east, "east"), (west, "west")):
        client.create_db_instance(
            DBInstanceIdentifier=f"{name}-{place}-1", DBClusterIdentifier=f"{name}-{place}", Engine=engine,
            DBInstanceClass="db.r6g.large",
        )  # fmt: skip
    wait_available(sandbox, EAST, f"{name}-east-1")
    wait_available(sandbox, WEST, f"{name}-west-1")


def cluster(sandbox: Sandbox, region: str, name: str) -> dict[str, Any]:
    answer = sandbox.client("rds", region).describe_db_clusters(DBClusterIdentifier=name)
    found = dict(answer["DBClusters"][0])
    return {**found, "Endpoint": {"Address": found["Endpoint"], "Port": found["Port"]}}


def test_a_planned_switch_of_a_global_aurora_postgresql_loses_nothing_and_turns_the_roles(sandbox: Sandbox) -> None:
    make_global(sandbox, "aurora-postgresql", "16.9", "ledger")
    east, west = cluster(sandbox, EAST, "ledger-east"), cluster(sandbox, WEST, "ledger-west")
    with connect(east) as writer:
        writer.execute("CREATE TABLE orders (id int PRIMARY KEY)")
        writer.execute("INSERT INTO orders VALUES (1)")
    sandbox.client("rds", EAST).switchover_global_cluster(
        GlobalClusterIdentifier="ledger", TargetDbClusterIdentifier=west["DBClusterArn"]
    )
    with contextlib.closing(connect(west)) as new_writer:
        wait_until(lambda: takes_writes(new_writer))
        assert count(new_writer) == 2

    def follows() -> bool:
        with contextlib.suppress(psycopg.Error), connect(east) as reader:
            return count(reader) == 2
        return False

    wait_until(follows)


def mysql_runs(sandbox: Sandbox) -> bool:
    parts: Any = sandbox.status()["parts"]
    return str(parts["databases"]["servers"]["mysql"]).startswith("MariaDB")


def mysql_connect(found: dict[str, Any], password: str = PASSWORD) -> pymysql.Connection[Any]:
    return pymysql.connect(
        host="127.0.0.1", port=found["Endpoint"]["Port"], user="owner", password=password, database="shop",
        autocommit=True, connect_timeout=5,
    )  # fmt: skip


def mysql_query(connection: pymysql.Connection[Any], statement: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


def test_mysql_without_a_server_says_so_and_leads_nowhere(sandbox: Sandbox) -> None:
    if mysql_runs(sandbox):
        pytest.skip("a MariaDB server is installed: what happens without one cannot be tried")
    parts: Any = sandbox.status()["parts"]
    assert "control plane only" in parts["databases"]["servers"]["mysql"]
    sandbox.client("rds", EAST).create_db_instance(
        DBInstanceIdentifier="nowhere", Engine="mysql", DBInstanceClass="db.t3.micro", AllocatedStorage=20,
        MasterUsername="owner", MasterUserPassword=PASSWORD,
    )  # fmt: skip
    found = wait_available(sandbox, EAST, "nowhere")
    assert found["Endpoint"]["Address"].endswith(".invalid")


def test_a_global_aurora_mysql_replicates_and_fails_over_with_the_lag_s_loss(
    sandbox: Sandbox, outage: Callable[[str], None]
) -> None:
    if not mysql_runs(sandbox):
        pytest.skip("no MariaDB server on this machine: Aurora MySQL's data plane cannot be tried")
    make_global(sandbox, "aurora-mysql", "8.0.mysql_aurora.3.08.2", "store")
    east, west = cluster(sandbox, EAST, "store-east"), cluster(sandbox, WEST, "store-west")
    with pytest.raises(pymysql.err.OperationalError):
        mysql_connect(east, "wrong")
    writer = mysql_connect(east)
    mysql_query(writer, "CREATE TABLE orders (id int PRIMARY KEY)")
    mysql_query(writer, "INSERT INTO orders VALUES (1)")

    def arrived() -> bool:
        with contextlib.suppress(pymysql.err.Error), mysql_connect(west) as reader:
            return bool(mysql_query(reader, "SELECT id FROM orders") == ((1,),))
        return False

    wait_until(arrived)
    mysql_query(writer, "INSERT INTO orders VALUES (2)")
    outage(EAST)
    wait_until(lambda: running(sandbox, "store-west")["replication"] == "paused", 5)
    sandbox.client("rds", WEST).failover_global_cluster(
        GlobalClusterIdentifier="store", TargetDbClusterIdentifier=west["DBClusterArn"], AllowDataLoss=True
    )

    def promoted() -> bool:
        with contextlib.suppress(pymysql.err.Error), mysql_connect(west) as new_writer:
            mysql_query(new_writer, "INSERT INTO orders VALUES (3)")
            return True
        return False

    wait_until(promoted)
    with mysql_connect(west) as reader:
        assert mysql_query(reader, "SELECT id FROM orders ORDER BY id") == ((1,), (3,))
    writer.close()


def test_data_outlives_a_stop_and_start_of_the_sandbox_and_no_process_does(sandbox: Sandbox) -> None:
    """Last of this file: it starts the module's sandbox again."""
    found = wait_available(sandbox, EAST, "home")
    # The outage of the test before may have ended this very moment.
    wait_until(lambda: can_connect(found))
    with connect(found) as connection:
        connection.execute("CREATE TABLE kept (id int)")
    parts: Any = sandbox.status()["parts"]
    pids = [one["pid"] for one in parts["databases"]["running"] if one["pid"]]
    begun = time.monotonic()
    sandbox.stop()
    assert time.monotonic() - begun < 6
    assert not [pid for pid in pids if psutil.pid_exists(pid)]
    with Sandbox.run(sandbox.name, **SANDBOX_OPTIONS) as again:
        found = wait_available(again, EAST, "home")
        with connect(found) as connection:
            assert connection.execute("SELECT count(*) FROM kept").fetchone() == (0,)
