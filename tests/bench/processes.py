"""The processes behind a server: what they computed, and the memory that is theirs."""

from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlsplit

import psutil


def of_server(base: str) -> list[psutil.Process]:
    """gunicorn's master and workers at ``base``, started by this process."""
    address = f"127.0.0.1:{urlsplit(base).port}"
    masters = [child for child in psutil.Process().children() if address in child.cmdline()]
    return [process for master in masters for process in (master, *master.children())]


def of_database(name: str) -> list[psutil.Process]:
    """PostgreSQL's processes that serve the database ``name`` just now."""
    wanted = f" {name} "
    return [
        process
        for process in psutil.process_iter(["cmdline"])
        if wanted in " ".join(process.info["cmdline"] or ()) and "postgres:" in process.info["cmdline"][0]
    ]


def computed(processes: Iterable[psutil.Process]) -> float:
    """Milliseconds of processor time that these have used since they began, to the nanosecond: psutil's are ticks."""
    tasks = (task for process in processes for task in Path(f"/proc/{process.pid}/task").iterdir())
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e6


def pss(processes: Iterable[psutil.Process]) -> float:
    """Megabytes (PSS: what several share is divided among them)."""
    return sum(process.memory_full_info().pss for process in processes) / 1e6
