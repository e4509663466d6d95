"""What a sandbox is started with: written once by the parent, read by the child process, shown by `status`."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field


class Ports(BaseModel):
    """The loopback ports of one sandbox."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    http: int
    https: int
    dns: int


class SandboxSettings(BaseModel):
    """Everything the child process needs to know; kept as `settings.json` in the sandbox's folder."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    folder: Path
    ports: Ports
    account: str = "000000000000"
    default_region: str = "us-east-1"
    regions: tuple[str, ...] = Field(default=(), description="Regions named in `status`; every region answers.")
    clock_factor: float = Field(default=1.0, ge=1, le=100, description="How much faster checks, TTLs and lags run.")
    replication_lag_seconds: float = Field(default=1.0, ge=0, le=3600)
    enforce_iam: bool = True
