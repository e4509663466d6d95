"""How long Hypothesis looks: a quick sample by default, `HYPOTHESIS_PROFILE=long` for `make fuzz`."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# The machine may be busy: an example's time says nothing.
settings.register_profile("quick", max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("long", settings.get_profile("quick"), max_examples=1000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))
