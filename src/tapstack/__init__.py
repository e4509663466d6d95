"""One short description, many AWS regions: validate, plan, deploy, and prove the failover.

The packages stand in the order in which data flows through them, see `docs/architecture.md`.
"""

__version__ = "0.1.0"
