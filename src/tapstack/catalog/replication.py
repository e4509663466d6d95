"""How far behind a copy in another region usually is, in seconds: the least `rpo` that each kind can be trusted with.

Sources (read 2026-11):
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/globaltables_HowItWorks.html (usually within a second)
https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database.html (typically under a second)
https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ReadRepl.XRgn.html (asynchronous, no figure promised)
https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-time-control.html (most within 15 minutes)
"""

from __future__ import annotations

GLOBAL_TABLE = 1
AURORA_GLOBAL = 1
POSTGRES_REPLICA = 30
BUCKET = 900
