"""What reminders set up on the application: their jobs, and the providers' webhook, which carries no form token."""

from flask import Flask

from senior_univ.core.errors import StartRefusedError
from senior_univ.reminders import jobs, retention, workers
from senior_univ.reminders.senders import load_all
from senior_univ.reminders.views import webhooks

JOBS = (
    ("codes", 1, jobs.send_codes),
    ("texts", 1, jobs.send_texts),
    ("plan", 60, jobs.plan_reminders),
    ("bulk", 5, jobs.write_bulk_messages),
    ("unknown", 5, jobs.ask_about_unknown),
    ("worker", 10, workers.say_that_i_run),
    ("forget", 86400, retention.forget_old_texts),
)

WEBHOOKS = (webhooks.signed_receipts, webhooks.signed_replies, webhooks.secret_receipts, webhooks.secret_replies)


def init_app(app: Flask) -> None:
    """Add the jobs to ``app.extensions["jobs"]``, a list of (name, seconds, function of the application) that other
    features add theirs to, and let providers post without a form token."""
    try:
        app.extensions["senders"] = load_all(app.config["SETTINGS"], app.extensions["database"])
    except ValueError as error:
        raise StartRefusedError(f"senior_univ does not start: {error}") from error
    app.extensions.setdefault("jobs", []).extend(JOBS)
    for webhook in WEBHOOKS:
        app.extensions["csrf"].exempt(webhook)
