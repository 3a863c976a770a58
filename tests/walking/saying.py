"""Saying what is wrong with many pages so that it can be read."""

from collections.abc import Iterable


def assert_nothing(problems: Iterable[str]) -> None:
    """Fail with every problem on a line of its own."""
    found = sorted(set(problems))
    assert not found, f"{len(found)} problems:\n" + "\n".join(found)
