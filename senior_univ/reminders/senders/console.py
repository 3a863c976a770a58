"""The embedded default: sends nothing, and keeps the texts where the demo's page shows them."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from config import Settings
from senior_univ.core import clock
from senior_univ.core.db import Database
from senior_univ.reminders.models import SentText
from senior_univ.reminders.senders import Accepted, Found, Lookup, NotThere, Outgoing, Receipt, Reply, Result, Sought


class ConsoleSender:
    """Writes each text in a transaction of its own; the same attempt handed over again is counted on its row."""

    name = "console"

    def __init__(self, database: Database) -> None:
        self.database = database

    def send(self, outgoing: Outgoing) -> Result:
        """Keep the text."""
        dialect = postgresql if self.database.engine.dialect.name == "postgresql" else sqlite
        row = {"ref": outgoing.ref, "phone": outgoing.phone, "text": outgoing.text, "sent_at": clock.now(), "times": 1}
        again = {"times": SentText.times + 1}
        with self.database.write() as session:
            session.execute(
                dialect.insert(SentText).values(row).on_conflict_do_update(index_elements=["ref"], set_=again)
            )
        return Accepted(outgoing.ref)

    def lookup(self, sought: Sought) -> Lookup:
        """Whether the attempt's text was kept."""
        with self.database.read() as session:
            kept = session.scalar(select(SentText.id).where(SentText.ref == sought.ref))
        return Found(sought.ref) if kept else NotThere.NOT_YET

    def parse_receipt(self, url: str, form: Mapping[str, str], signature: str) -> Receipt | None:
        """Nobody reports on texts that were not sent."""
        raise PermissionError

    def parse_reply(self, url: str, form: Mapping[str, str], signature: str) -> Reply:
        """Nobody replies to them either, save on the demo's page."""
        raise PermissionError


def make(_settings: Settings, database: Database) -> ConsoleSender:
    """The console sender on the application's database."""
    return ConsoleSender(database)
