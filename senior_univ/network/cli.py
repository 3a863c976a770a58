"""``flask import-regions``."""

from pathlib import Path

import click
from flask import Flask
from sqlalchemy import select
from tqdm import tqdm

from senior_univ.core.web import database
from senior_univ.network.actions import import_regions
from senior_univ.network.models import Region
from senior_univ.network.rules import RegionFileError, read_regions

REGIONS = Path(__file__).parent / "data" / "xingtai_regions.csv"
PROBLEMS_SHOWN = 10


def load_regions(file: Path) -> int:
    """Import every region of ``file`` in one transaction; returns how many there are."""
    with database().write() as session:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            rows = read_regions(lines, known=set(session.scalars(select(Region.code))))
        with tqdm(total=len(rows), desc="Regions", unit="region", disable=None) as bar:
            for done in import_regions(session, rows):
                bar.update(done)
    return len(rows)


def init_app(app: Flask) -> None:
    """Add the command."""

    @app.cli.command("import-regions")
    @click.argument("file", default=REGIONS, type=click.Path(exists=True, dir_okay=False, path_type=Path))
    def import_regions_command(file: Path) -> None:
        """Import region codes from FILE (columns code and name; default: those of Xingtai). May be run again."""
        try:
            count = load_regions(file)
        except RegionFileError as error:
            rest = len(error.problems) - PROBLEMS_SHOWN
            more = [f"And {rest} more."] if rest > 0 else []
            raise click.ClickException(
                "\n".join(["Nothing was imported.", *error.problems[:PROBLEMS_SHOWN], *more])
            ) from error
        except UnicodeDecodeError as error:
            raise click.ClickException("Nothing was imported. The file is not UTF-8 text.") from error
        click.echo(f"{count} regions are in the database.")
