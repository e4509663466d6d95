"""What AWS WAF looks for in front of REST APIs and load balancers: managed groups of rules and a limit per address."""

from __future__ import annotations

REQUESTS_PER_ADDRESS = 10_000
"""What one address may ask within five minutes; offices and mobile networks share one."""
RATE_RULE = "requests-per-address"

COMMON = "AWSManagedRulesCommonRuleSet"
MANAGED_GROUPS = (
    "AWSManagedRulesAmazonIpReputationList",
    COMMON,
    "AWSManagedRulesKnownBadInputsRuleSet",
)
COUNTED_ONLY = {
    # It blocks every body over 8 KiB, which for an upload is nothing bad.
    COMMON: ("SizeRestrictions_BODY",),
}
NO_HOSTING_PROVIDERS = (
    "The group against Log4j is there; the other that is asked for shuts out where Route 53's health checks come from."
)
"""Why one group of rules is not used that linters want."""
SECRET_HEADERS = ("authorization", "cookie", "x-amz-security-token")
