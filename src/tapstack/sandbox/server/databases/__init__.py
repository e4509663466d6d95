"""Real database servers behind the RDS endpoints: child processes on loopback, one per instance or Aurora cluster.

MiniStack's RDS keeps the records; this package reads them as the desired state and makes it true: `records` says
what should run, `supervisor` makes it run, `postgresql` and `mysql` know their server, `gate` is the endpoint's port.
"""
