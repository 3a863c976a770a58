"""The embedded default: sends nothing, and keeps the texts where the demo's page shows them."""

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from config import SenderSettings, Settings
from senior_univ.core import clock
from senior_univ.core.db import Database
from senior_univ.reminders.models import SentText
from senior_univ.reminders.senders import Accepted, Found, Lookup, NotThere, Outgoing, Result, SenderBase, Sought


class ConsoleSender(SenderBase):
    """Writes each text in a transaction of its own; the same attempt handed over again is counted on its row."""

    def __init__(self, database: Database, own: SenderSettings) -> None:
        super().__init__(own)
        self.database = database

    def send(self, outgoing: Outgoing) -> Result:
        """Keep the text."""
        dialect = postgresql if self.database.engine.dialect.name == "postgresql" else sqlite
        row = {"ref": outgoing.ref, "phone": outgoing.phone, "text": outgoing.text, "times": 1}
        row |= {"sent_at": clock.now(), "channel": self.channel}
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


def make(_settings: Settings, database: Database, own: SenderSettings) -> ConsoleSender:
    """The console sender on the application's database."""
    return ConsoleSender(database, own)
