"""``flask verify-draw``: run a draw again, from its published record or from the round on file."""

import json
from pathlib import Path
from typing import Any

import click
from flask import Flask, current_app
from flask_babel import force_locale

from senior_univ.allocation import queries, records
from senior_univ.core.errors import NotFoundError


def init_app(app: Flask) -> None:
    """Add the command."""

    @app.cli.command("verify-draw")
    @click.argument("file_or_round")
    def verify_draw(file_or_round: str) -> None:
        """Run the draw of FILE_OR_ROUND, a downloaded record or a round's number, again; an error where it differs."""
        document = _document(file_or_round)
        wrong = records.disagreements(document)
        if wrong:
            with force_locale("en"):
                raise click.ClickException("\n".join(map(str, wrong)))
        click.echo(f"{len(document['application_numbers'])} applications, {len(document['given'])} places: it agrees.")


def _document(file_or_round: str) -> dict[str, Any]:
    if not file_or_round.isdecimal():
        return _read(Path(file_or_round))
    with current_app.extensions["database"].read() as session:
        try:
            document = queries.document_of(session, int(file_or_round))
        except NotFoundError:
            document = None
    if document is None:
        raise click.ClickException("There is no such round, or its places have not been given yet.")
    return document


def _read(file: Path) -> dict[str, Any]:
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise click.ClickException(f"{file} can't be read: {error}") from error
    return document if isinstance(document, dict) else {}
