"""Route 53 that answers: the deployed zones on a local DNS port, and health checks that really run.

`records` → `selection` → `resolution` are pure: what Route 53 answers, given zones and health. `health_rules` is pure
too: when a check is healthy, given what its checkers saw. `landscape` reads the emulator, `wire` speaks DNS, `probes`
and `health_checks` look at the endpoints, `endpoints` tells where those are, `extension` puts it all together.
"""
