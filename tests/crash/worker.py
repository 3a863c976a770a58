"""A scheduler process as production starts it; with MUTATION one whose promise is broken, which a crash test must see.

``no-guard``: a text is sent however long ago it was claimed. ``commit-after-call``: the claim is committed only when the
provider has answered.
"""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from senior_univ import create_app
from senior_univ.reminders import cli, outbox, outcomes
from senior_univ.reminders.dispatch import EVERYTHING, Dispatcher
from senior_univ.reminders.models import Priority
from senior_univ.reminders.senders import Lease


def send_within_the_claim(self: Dispatcher, priorities: Sequence[Priority] = EVERYTHING) -> int:
    """What ``Dispatcher.run`` must not do."""
    made = 0
    while not self.stopping.is_set() and self._is_anything_due(priorities):
        lease = Lease(self.settings.message_lease)
        with self.database.write() as session, ThreadPoolExecutor(self.settings.sender_threads) as threads:
            outgoing = outbox.claim(session, self.settings, self.senders, priorities=priorities, lease=lease, size=32)
            outcomes.complete(session, list(zip(outgoing, threads.map(self._send, outgoing), strict=True)))
        made += len(outgoing)
    return made


MUTATIONS = {
    "": lambda: None,
    "no-guard": lambda: setattr(Lease, "is_half_over", False),
    "commit-after-call": lambda: setattr(Dispatcher, "run", send_within_the_claim),
}

if __name__ == "__main__":
    MUTATIONS[os.environ.get("MUTATION", "")]()
    cli.run(create_app())
