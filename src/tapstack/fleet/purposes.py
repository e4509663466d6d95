"""What a fleet needs keys of its own for; a key serves one purpose in one region."""

from __future__ import annotations

from tapstack.fleet.fleet import Fleet


def key_purposes(fleet: Fleet) -> tuple[str, ...]:
    """Logs always, data and secrets where there are any, and every bucket."""
    purposes = ["logs"]
    stores = (*fleet.tables.values(), *fleet.databases.values())
    if any(store.encryption == "customer-key" for store in stores):
        purposes.append("data")
    if fleet.databases or fleet.functions:
        purposes.append("secrets")
    purposes += [f"bucket-{name}" for name, bucket in fleet.buckets.items() if bucket.encryption == "customer-key"]
    return tuple(purposes)
