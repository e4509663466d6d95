"""Databases: the writer at home, readers in the standbys, known to each other by planned names alone.

A database that follows the home is one resource with one name in every region, so that making a standby the writer
replaces nothing. Where `cross_region` is off, or there is one region only, every region has a writer and a secret of
its own.
"""

from __future__ import annotations

from tapstack.engines.database_settings import is_cluster
from tapstack.engines.terraform import aurora, database_surroundings, postgres
from tapstack.engines.terraform.database_secrets import secret_arn, secret_name
from tapstack.engines.terraform.database_surroundings import port_number, security_group
from tapstack.engines.terraform.expressions import Expression
from tapstack.engines.terraform.module import Resource
from tapstack.engines.terraform.unit import UnitModule
from tapstack.fleet.databases import AuroraMysql, Postgres

__all__ = [
    "add",
    "add_global",
    "endpoint",
    "port",
    "port_number",
    "reader_endpoint",
    "secret_arn",
    "secret_name",
    "security_group",
]


def add_global(unit: UnitModule) -> None:
    """Add the global database clusters, which the clusters of all regions join."""
    for name, database in unit.fleet.databases.items():
        if isinstance(database, AuroraMysql) and database_surroundings.follows_home(unit, database):
            aurora.add_global(unit, name, database)


def add(unit: UnitModule) -> None:
    """Add the region's own part of every database."""
    for name, database in unit.fleet.databases.items():
        surroundings = database_surroundings.add(unit, name, database)
        match database:
            case AuroraMysql():
                aurora.add(unit, name, database, surroundings)
            case Postgres():
                postgres.add(unit, name, database, surroundings)


def endpoint(unit: UnitModule, name: str) -> Expression:
    """The address at which this region's writer answers; that of a standby answers once it is the writer."""
    return _database(unit, name).ref("endpoint" if _is_cluster(unit, name) else "address")


def reader_endpoint(unit: UnitModule, name: str) -> Expression:
    """The address at which this region can always be read."""
    return _database(unit, name).ref("reader_endpoint" if _is_cluster(unit, name) else "address")


def port(unit: UnitModule, name: str) -> Expression:
    """The port of both."""
    return _database(unit, name).ref("port")


def _database(unit: UnitModule, name: str) -> Resource[str]:
    return database_surroundings.database(name, cluster=_is_cluster(unit, name))


def _is_cluster(unit: UnitModule, name: str) -> bool:
    return is_cluster(unit.fleet.databases[name])
