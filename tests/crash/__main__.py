"""``make crash``: every text once, whoever dies when; a quarter of an hour or more, with a bar that shows how far it is.

``MUTATION=no-guard`` or ``commit-after-call`` takes a promise away, and must end with an error. ``TEXTS`` makes it shorter,
``DATABASE=sqlite`` plays the part on SQLite alone.
"""

import os
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import click
from sqlalchemy import create_engine, text

from senior_univ.core.db import Database
from tests.conftest import seed
from tests.crash.play import Extent, Verdict, play
from tests.databases import Cluster, restartable_cluster

TEXTS = int(os.environ.get("TEXTS", "100000"))
WHOLE = Extent(
    texts=TEXTS,
    kills=max(3, TEXTS // 2000),
    stops=max(2, TEXTS // 10_000),
    mutation=os.environ.get("MUTATION", ""),
)


def on_postgresql(cluster: Cluster, name: str, extent: Extent) -> Verdict:
    """On a database of its own."""
    administrator = create_engine(cluster.url, isolation_level="AUTOCOMMIT")
    with administrator.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    administrator.dispose()
    return _on(cluster.url.set(database=name).render_as_string(hide_password=False), extent)


def _on(url: str, extent: Extent) -> Verdict:
    seed(url)
    database = Database(url)
    verdict = play(database, extent)
    database.engine.dispose()
    return verdict


def _told(words: str, verdict: Verdict) -> bool:
    click.echo(f"{words}: {verdict}")
    return verdict.is_good


def main() -> None:
    """Play all three; an error unless every promise was kept."""
    good = []
    part = os.environ.get("DATABASE", "")
    if part != "sqlite":
        with restartable_cluster(synchronous_commit="on") as cluster:
            whole = replace(WHOLE, restart=cluster.restart)
            good.append(_told("PostgreSQL", on_postgresql(cluster, "crash", whole)))
            cannot_tell = replace(WHOLE.behaviour, can_list=False)
            blind = replace(
                WHOLE, texts=TEXTS // 4, kills=WHOLE.kills // 4, stops=WHOLE.stops // 4, behaviour=cannot_tell
            )
            good.append(_told("A provider that can't be asked", on_postgresql(cluster, "blind", blind)))
    if part != "postgresql":
        with tempfile.TemporaryDirectory() as folder:
            small = replace(WHOLE, texts=min(5000, TEXTS), workers=2, kills=5, stops=1)
            good.append(_told("SQLite", _on(f"sqlite:///{Path(folder) / 'crash.db'}", small)))
    if not all(good):
        sys.exit("A promise was broken.")


if __name__ == "__main__":
    main()
