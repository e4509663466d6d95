"""The patterns of `base` and its neighbours in words, for messages."""

from __future__ import annotations

from collections.abc import Mapping

IN_WORDS: Mapping[str, str] = {
    r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$": "lower-case letters, digits and single hyphens, starting with a letter",
    r"^[a-z][a-z0-9]*$": "lower-case letters and digits, starting with a letter",
    r"^[a-z]{2,4}(-[a-z]+)+-[0-9]$": "the code of a region, such as eu-west-1",
    r"^[0-9]{12}$": "the twelve digits of an AWS account",
    r"^[A-Za-z][A-Za-z0-9_]*$": "letters, digits and underscores, starting with a letter",
    r"^[A-Za-z][A-Za-z0-9]*$": "letters and digits, starting with a letter",
    r"^(GET|PUT|POST|PATCH|DELETE|HEAD|OPTIONS|ANY) /[A-Za-z0-9._~{}+/-]*$": "a method and a path, such as GET /orders",
    r"^(python[0-9]\.[0-9]{1,2}|nodejs[0-9]{2}\.x)$": "a Lambda runtime such as python3.13 or nodejs24.x",
    r"^[A-Za-z0-9_/.-]+\.[A-Za-z0-9_]+$": "a module and a function in it, such as index.handler",
    r"^8\.0\.mysql_aurora\.[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{1,2}$": "a version such as 8.0.mysql_aurora.3.10.3",
    r"^[0-9]{2}(\.[0-9]{1,2})?$": "a version of PostgreSQL, such as 17.7; in quotes, or YAML takes it for a number",
    r"^db\.[a-z0-9]+\.[a-z0-9]+$": "an instance class, such as db.r6g.large",
    r"^/": "a path, starting with /",
    r"^[a-z_]+(\.[a-z0-9-]+)?\.[a-z_]+$": "a part of the fleet and what to tell of it, such as buckets.uploads.name",
    r"^(create|Z[A-Z0-9]{1,31})$": "create, or the id of a hosted zone, such as Z0123456789ABC",
    r"^(@|(\*\.)?[a-z0-9_]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9-]+)*)$": "a name below the zone, such as app, or @ for the "
    "zone itself",
    r"^([a-z0-9_]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$": "a domain, such as example.com",
    r"^[\w .:/=+@-]*$": "letters, digits, spaces and . : / = + - @ _",
    r"^[\w .:/=+@-]+$": "letters, digits, spaces and . : / = + - @ _",
    r"^[^@\s]+@[^@\s]+\.[^@\s]+$": "an e-mail address",
}
