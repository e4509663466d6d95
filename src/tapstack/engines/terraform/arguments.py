"""The types of Terraform's AWS provider, under their own names: `unit.resource.aws_kms_key("key_data", …)`.

What each takes and gives stands in `arguments.pyi`, for mypy and editors: at run time it costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from tapstack.engines.terraform.module import Data, Ephemeral, Module, Resource


class Resources:
    """Adds resources to a module."""

    def __init__(self, module: Module) -> None:
        self._module = module

    def __getattr__(self, kind: str) -> Callable[..., Resource[Any]]:
        return partial(self._module.add_resource, kind)


class DataSources:
    """Looks things up."""

    def __init__(self, module: Module) -> None:
        self._module = module

    def __getattr__(self, kind: str) -> Callable[..., Data[Any]]:
        return partial(self._module.add_data, kind)


class Ephemerals:
    """Opens things for as long as Terraform works."""

    def __init__(self, module: Module) -> None:
        self._module = module

    def __getattr__(self, kind: str) -> Callable[..., Ephemeral[Any]]:
        return partial(self._module.add_ephemeral, kind)
