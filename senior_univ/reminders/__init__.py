"""Texts that reach people once: what is due, the outbox, the senders, receipts.

No provider takes an idempotency key on a send, so exactly-once cannot be bought: the intent is a row with a unique
key, written in the transaction of what happened; a worker claims it in a short transaction and commits **before** it
calls the provider; the outcome is written only while the attempt is still its own; what a dead worker leaves behind
is looked up at the provider, and nothing is ever sent again blindly. The database is the queue, and the scheduler only
ticks, so any number of workers may run.

What a text says is made of the truth at the moment when it is claimed, not when it was planned: a lesson that was
moved, a leave, a withdrawal or a stop in between leaves its text or changes it. That is why planning writes ids alone,
and why two moves within the five minutes of settling are one text, and a move back is none.

A combined reminder's key is rule, day and phone; whom and which lesson with which start it covers stands in
``MessageAbout``, so that the key of the design (lesson, recipient, rule, start) is what the planner asks for. An open
key is given free when its text is cancelled, and a change's key is closed when it is claimed.

Every kind belongs to a topic, which somebody may switch off for herself, or to none (``topics``, ``choices``). A text
that ended without reaching moves on (``ladder``): her own phone, her main contact's, her home's duty phone (``ways``), a
person's call (``calls``). Whom no text reaches is on the call sheet from the start, and so is everybody whom an urgent
change concerns: a receipt proves nothing, an answer or a tick does. What people answer is a row first (``replies``);
digits answer the question whose text named them (``questions``), and what nobody understood waits in the site's
``inbox``. A change asks for an answer only where it is urgent, and its texts stay one question each.

rules (quiet hours, runs, urgency) → queries and checks (the truth) → texts (templates) → actions (the outbox) →
outbox (claim, by routes) and outcomes (completion, reaper) → dispatch and flight (threads, send guard) → jobs (ticks). Senders are loaded
by their name in the settings. May import every feature below it; events of others arrive through ``reactions`` and ``wiring``.
"""
