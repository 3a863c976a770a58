"""What was measured: a figure, the table of all, and build/bench.json."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Figure:
    """A value and, where it has a limit or a smaller twin ``beside`` it, both. ``aim`` is what the ratio or value should be."""

    name: str
    value: float
    unit: str
    beside: float | None = None
    beside_is: str = ""
    aim: str = ""

    @property
    def ratio(self) -> float | None:
        """How it stands to what is beside it."""
        return self.value / self.beside if self.beside else None

    def as_json(self) -> dict[str, object]:
        """Its entry in build/bench.json."""
        entry: dict[str, object] = {
            "value": round(self.value, 2),
            "unit": self.unit,
            "beside": None if self.beside is None else round(self.beside, 2),
        }
        if self.ratio is not None:
            entry |= {"beside_is": self.beside_is, "ratio": round(self.ratio, 3)}
        return entry | ({"aim": self.aim} if self.aim else {})


def middle(pairs: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Of rounds that ran side by side, each (value, beside), the one whose ratio is the median."""
    return sorted(pairs, key=lambda pair: pair[0] / pair[1])[len(pairs) // 2]


def table(figures: Iterable[Figure]) -> str:
    """The figures as they are read on a terminal."""
    rows = [("figure", "value", "unit", "beside", "ratio", "aim")]
    for figure in figures:
        beside = "" if figure.beside is None else f"{figure.beside:.1f}"
        ratio = "" if figure.ratio is None else f"{figure.ratio:.2f}"
        rows.append((figure.name, f"{figure.value:.1f}", figure.unit, beside, ratio, figure.aim))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def write(figures: Iterable[Figure], file: Path) -> None:
    """Keep the figures, by name."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({figure.name: figure.as_json() for figure in figures}, indent=2) + "\n")
