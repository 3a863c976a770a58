"""Making and taking back calendar addresses; and the calendars themselves."""

from hashlib import sha256

from flask import Blueprint, Response, current_app, flash, redirect, request, session, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from senior_univ.accounts.actions import count_try
from senior_univ.accounts.actions.codes import HOUR
from senior_univ.accounts.rules import keyed_hash, window_start
from senior_univ.core import clock
from senior_univ.core.forms import Form
from senior_univ.core.i18n import DEFAULT_LANGUAGE
from senior_univ.core.permissions import Permission
from senior_univ.core.qr import public_address, qr_code
from senior_univ.core.web import Page, allow, carry_out, database, db, found, learner_id, open_to_all, render, signed_in
from senior_univ.enrolment import queries as enrolment
from senior_univ.feeds import actions, queries
from senior_univ.feeds.calendars import calendar_of
from senior_univ.feeds.models import Feed
from senior_univ.feeds.queries import Subject
from senior_univ.network import queries as network
from senior_univ.timetable import queries as timetable

blueprint = Blueprint("feeds", __name__)
NEW = "calendar_token"
"""Where an address that was just made waits to be shown."""

READS_PER_HOUR = 60
KEEP_SECONDS = 15 * 60
"""A calendar asks a few times an hour at most; it need not ask again before."""

TOO_OFTEN = _l("This calendar is being read very often. Please let your calendar ask once an hour.")
TAKEN_BACK = _l("This calendar address was taken back. Whoever gave it to you can make a new one.")


def _addresses(subject: Subject, title: str, back_url: str) -> Page:
    """The page on which addresses of one subject are made and taken back; a new one is shown this once."""
    form = Form()
    if form.validate_on_submit() and (
        made := carry_out(form, lambda: actions.make_feed(db(), subject, by=signed_in()))
    ):
        session[NEW] = [request.path, made]
        return redirect(request.path, 303)
    token = _new_token()
    address = public_address(url_for("feeds.calendar", token=token)) if token else None
    return render(
        "feeds/addresses.html",
        form=form,
        feeds=queries.feeds_of(db(), subject),
        title=title,
        back_url=back_url,
        address=address,
        code=qr_code(address, scale=5) if address else None,
    )


def _new_token() -> str | None:
    """The token that was made a moment ago on this page: shown once, so that a reload makes no second one."""
    page, token = session.pop(NEW, None) or ("", "")
    return token if page == request.path else None


@blueprint.route("/my-calendar", methods=["GET", "POST"])
@allow(Permission.LEARN)
def my_addresses() -> Page:
    """A learner's own lessons in the calendar of a phone."""
    person = enrolment.learner(db(), learner_id())
    title = _("Lessons of %(name)s in a calendar", name=person.name)
    return _addresses(Subject(person_id=person.id), title, url_for("enrolment.my_week"))


@blueprint.route("/classes/<int:class_id>/calendar", methods=["GET", "POST"])
@allow(Permission.SEE_CLASSES)
def class_addresses(class_id: int) -> Page:
    """A class's lessons in a calendar."""
    seen = timetable.class_for(db(), signed_in(), Permission.SEE_CLASSES, class_id)
    title = _("%(course)s in a calendar", course=seen.course.title)
    return _addresses(Subject(class_id=seen.id), title, url_for("timetable.course_class", class_id=seen.id))


@blueprint.route("/rooms/<int:room_id>/calendar", methods=["GET", "POST"])
@allow(Permission.MANAGE_ROOMS)
def room_addresses(room_id: int) -> Page:
    """What is in a room, in a calendar."""
    room = network.room_for(db(), signed_in(), room_id)
    title = _("%(course)s in a calendar", course=f"{room.venue.name} {room.name}")
    back = url_for("network.organisation", organisation_id=room.venue.organisation_id)
    return _addresses(Subject(room_id=room.id), title, back)


@blueprint.post("/calendar-addresses/<int:feed_id>/take-back")
@allow(Permission.LEARN)
def take_back(feed_id: int) -> Page:
    """Nobody reads from that address any more."""
    feed = queries.feed_for(db(), signed_in(), feed_id)
    form = Form()
    if form.validate_on_submit():
        carry_out(None, lambda: actions.take_back_feed(db(), feed, by=signed_in()))
        flash(_("That address shows nothing any more."), "ok")
    return redirect(_page_of(feed), 303)


def _page_of(feed: Feed) -> str:
    if feed.class_id is not None:
        return url_for("feeds.class_addresses", class_id=feed.class_id)
    return url_for("feeds.room_addresses", room_id=feed.room_id) if feed.room_id else url_for("feeds.my_addresses")


@blueprint.get("/calendar/<token>.ics")
@open_to_all
def calendar(token: str) -> Page:
    """The calendar at an address; 404 for one that never was, 410 for one that was taken back."""
    feed = found(queries.feed_at(db(), token))
    if not queries.is_alive(db(), feed):
        page = render("_layout/error.html", status=410, title=_("This calendar is no longer here"), words=TAKEN_BACK)
        return page, 410
    if not _may_read(feed):
        page = render("_layout/error.html", status=429, title=_("Too often"), words=TOO_OFTEN)
        return Response(page, status=429, headers={"Retry-After": str(_seconds_left())})
    response = Response(_calendar(feed), content_type="text/calendar; charset=utf-8")
    response.headers["Cache-Control"] = f"private, max-age={KEEP_SECONDS}"
    response.set_etag(sha256(response.get_data()).hexdigest()[:32])
    return response.make_conditional(request)


def _may_read(feed: Feed) -> bool:
    """Count one more reading from this network address, in a transaction of its own, since a calendar is only read."""
    whose = keyed_hash(current_app.config["SECRET_KEY"], "address", f"{feed.id} {request.remote_addr or ''}")
    with database().write() as counting:
        return count_try(counting, "calendar", whose, HOUR, READS_PER_HOUR)


def _seconds_left() -> int:
    """Until the hour that is counted is over."""
    return int((window_start(clock.now(), HOUR) + HOUR - clock.now()).total_seconds()) + 1


def _calendar(feed: Feed) -> bytes:
    lessons = queries.lessons_in(db(), feed)
    with force_locale((feed.person and feed.person.language) or DEFAULT_LANGUAGE):
        on_leave = queries.leave_in(db(), feed, lessons)
        return calendar_of(_name(feed), lessons, zone=clock.zone(), on_leave=on_leave)


def _name(feed: Feed) -> str:
    if feed.person is not None:
        return _("Lessons of %(name)s", name=feed.person.name)
    if feed.course_class is not None:
        return feed.course_class.course.title
    return f"{feed.room.venue.name} {feed.room.name}" if feed.room else ""
