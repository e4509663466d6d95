"""Databases: the writer at home, readers in the standbys, known to each other by planned names alone.

A database that follows the home is one logical resource in every region, so that making a standby the writer replaces
nothing. Where `cross_region` is off, or there is one region only, every region has a writer and a secret of its own.
"""

from __future__ import annotations

from tapstack.engines.cloudformation import aurora, database_surroundings, postgres
from tapstack.engines.cloudformation.database_secrets import secret_arn, secret_name
from tapstack.engines.cloudformation.database_surroundings import database_id, port_number, security_group
from tapstack.engines.cloudformation.template import Value, get
from tapstack.engines.cloudformation.unit import UnitTemplate
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


def add_global(unit: UnitTemplate) -> None:
    """Add the global database clusters, which the clusters of all regions join."""
    for name, database in unit.fleet.databases.items():
        if isinstance(database, AuroraMysql) and database_surroundings.follows_home(unit, database):
            aurora.add_global(unit, name, database)


def add(unit: UnitTemplate) -> None:
    """Add the region's own part of every database."""
    for name, database in unit.fleet.databases.items():
        surroundings = database_surroundings.add(unit, name, database)
        match database:
            case AuroraMysql():
                aurora.add(unit, name, database, surroundings)
            case Postgres():
                postgres.add(unit, name, database, surroundings)


def endpoint(unit: UnitTemplate, name: str) -> Value:
    """The address at which this region's writer answers; that of a standby answers once it is the writer."""
    del unit
    return get(database_id(name), "Endpoint.Address")


def reader_endpoint(unit: UnitTemplate, name: str) -> Value:
    """The address at which this region can always be read."""
    aurora_cluster = isinstance(unit.fleet.databases[name], AuroraMysql)
    return get(database_id(name), "ReadEndpoint.Address" if aurora_cluster else "Endpoint.Address")


def port(unit: UnitTemplate, name: str) -> Value:
    """The port of both."""
    del unit
    return get(database_id(name), "Endpoint.Port")
