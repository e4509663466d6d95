"""Axes: which numbers stand beside them, and which line of labels has room for a mark."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from tapstack.views.report.text_width import width_of
from tapstack.views.report.timeline import Mark

LABEL_GAP = 8.0


@dataclass(frozen=True)
class Scale:
    """From values to pixels; a scale may run upwards."""

    low: float
    high: float
    begin: float
    end: float

    def __call__(self, value: float) -> float:
        """Where the value is drawn."""
        share = (value - self.low) / (self.high - self.low) if self.high > self.low else 0.0
        return round(self.begin + share * (self.end - self.begin), 2)


def ticks(low: float, high: float, most: int) -> tuple[float, ...]:
    """Round numbers from low to high, no more than `most`: steps of 1, 2 or 5 times a power of ten."""
    if high <= low or most < 1:
        return (low,)
    rough = (high - low) / most
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(
        factor * power
        for factor in (1, 2, 5, 10, 20)
        if math.floor(high / (factor * power)) - math.ceil(low / (factor * power)) < most
    )
    first = math.ceil(low / step)
    return tuple(round(number * step, 10) for number in range(first, math.floor(high / step) + 1))


@dataclass(frozen=True)
class MarkLabel:
    """A mark's label: which line of labels, counted from below, and where in it."""

    mark: Mark
    line: int
    x: float
    width: float


def mark_labels(marks: Sequence[Mark], scale: Scale, size: float) -> tuple[MarkLabel, ...]:
    """Labels of marks, each beside its own moment and none over another one."""
    left, right = min(scale.begin, scale.end), max(scale.begin, scale.end)
    ends: list[float] = []
    placed: list[MarkLabel] = []
    for mark in sorted(marks, key=lambda one: one.at):
        width = width_of(mark.text, size)
        x = max(left, min(scale(mark.at) + 3, right - width))
        line = next((number for number, end in enumerate(ends) if end + LABEL_GAP <= x), len(ends))
        ends[line : line + 1] = [x + width]
        placed.append(MarkLabel(mark, line, x, width))
    return tuple(placed)
