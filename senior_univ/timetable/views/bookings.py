"""Rooms of others: finding one, booking it, and what becomes of the bookings on either side."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy import Select, select

from senior_univ.core import clock, words
from senior_univ.core.paging import page_of, paginate
from senior_univ.core.permissions import Permission
from senior_univ.core.web import Page, allow, carry_out, db, found, number_asked, render, signed_in
from senior_univ.network.models import SHARING_LABELS, Organisation, Room
from senior_univ.network.queries import hours_of, region_path
from senior_univ.network.rules import days_in_a_row
from senior_univ.timetable import booking_queries, bookings, room_days, settled_bookings, weeks
from senior_univ.timetable.booking_forms import AnswerForm, BookingForm, HoldForm, PressForm, RevokeForm, RoomFilter
from senior_univ.timetable.bookings import Wish
from senior_univ.timetable.forms import given
from senior_univ.timetable.models import Holiday, RoomBooking, Side
from senior_univ.timetable.rules import Meeting
from senior_univ.timetable.shared_rooms import RoomWish, find_rooms, places_with_rooms
from senior_univ.timetable.views.blueprint import blueprint
from senior_univ.timetable.weeks import holiday_name

PAGE = 25
CONFIRM, CHANGE = "confirm", "change"
"""What the two buttons of the check ask for."""


def meeting_of(form: RoomFilter | BookingForm) -> Meeting:
    """The day and time of a form that holds both."""
    day: date = given(form.day)
    return Meeting(clock.instant(day, given(form.starts)), clock.instant(day, given(form.ends)))


@blueprint.get("/rooms/open")
@allow(Permission.MANAGE_ROOMS)
def find_room() -> Page:
    """Rooms that others have opened."""
    who = signed_in()
    form = RoomFilter(request.args, meta={"csrf": False})
    form.place.choices = [("", _("Everywhere")), *places_with_rooms(db(), who)]
    is_right = form.validate()
    page = page_of(find_rooms(db(), who, _wish(form)) if is_right else [], PAGE)
    return render(
        "timetable/find_room.html",
        form=form,
        page=page,
        is_right=is_right,
        labels=SHARING_LABELS,
        asked=_when_asked(form),
    )


def _wish(form: RoomFilter) -> RoomWish:
    place = form.place.data or ""
    return RoomWish(
        place=place if place.isascii() and place.isdecimal() else "",
        meeting=meeting_of(form) if form.day.data else None,
        seats=form.seats.data or 0,
        wheelchairs=form.wheelchairs.data or 0,
        is_step_free=form.is_step_free.data,
        has_screen=form.has_screen.data,
        has_camera=form.has_camera.data,
        has_microphone=form.has_microphone.data,
    )


def _when_asked(form: RoomFilter) -> dict[str, Any]:
    """The day and time that were looked for, for the form that books."""
    if not (form.day.data and form.starts.data and form.ends.data):
        return {}
    starts, ends = form.starts.data, form.ends.data
    return {"day": form.day.data, "starts": f"{starts:%H:%M}", "ends": f"{ends:%H:%M}"}


@blueprint.route("/rooms/<int:room_id>/book", methods=["GET", "POST"])
@allow(Permission.MANAGE_ROOMS)
def book_room(room_id: int) -> Page:
    """Book a room of another organisation, or ask for it."""
    room = booking_queries.room_to_book(db(), room_id)
    guests = _guests()
    form = _booking_form(guests)
    step = request.form.get("step")
    if form.validate_on_submit() and step != CHANGE:
        if step != CONFIRM and given(form.weeks) > 1:
            if days := carry_out(form, lambda: bookings.examine(db(), _wish_of(form, room, guests), by=signed_in()), is_step=True):  # fmt: skip
                return _check_booking(form, room, days)
        elif booking := carry_out(form, lambda: _ask(form, room, guests)):
            flash(_book_words(booking), "ok")
            return redirect(url_for("timetable.booking", booking_id=booking.id), 303)
    hours = hours_of(db(), [room.venue_id])[room.venue_id]
    return render(
        "timetable/book_room.html",
        form=form,
        room=room,
        is_alone=len(guests) == 1,
        hours=days_in_a_row(hours),
        path=region_path(db(), room.venue.region_code),
        labels=SHARING_LABELS,
    )


def _guests() -> dict[int, Organisation]:
    """The organisations in which the viewer works and for which she may book."""
    own = signed_in().organisation_ids(Permission.MANAGE_ROOMS)
    rows = db().scalars(select(Organisation).where(Organisation.id.in_(own)).order_by(Organisation.id))
    return {each.id: each for each in rows}


def _booking_form(guests: dict[int, Organisation]) -> BookingForm:
    """Filled with the day and time that were looked for; of a single organisation there is no question."""
    form = BookingForm(request.form if request.method == "POST" else request.args)
    form.organisation.choices = [(each.id, each.name) for each in guests.values()]
    if form.organisation.data not in guests and len(guests) == 1:
        form.organisation.data = next(iter(guests))
    if request.method == "GET":
        form.weeks.data = number_asked("weeks", 1)
    return form


def _check_booking(form: BookingForm, room: Room, days: list[Meeting]) -> Page:
    """The days of a series, and the holidays that are left out."""
    asked = room_days.every_week(meeting_of(form), given(form.weeks))
    left_out = left_out_of(asked, room_days.holidays_among(db(), asked))
    return render("timetable/check_booking.html", form=form, room=room, days=days, left_out=left_out)


def left_out_of(asked: list[Meeting], holidays: Mapping[date, Holiday]) -> list[tuple[Meeting, str]]:
    """The days that were asked for and are public holidays, with their names."""
    days = [(day, room_days.holiday_on(day, holidays)) for day in asked]
    return [(day, holiday_name(holiday)) for day, holiday in days if holiday]


def _wish_of(form: BookingForm, room: Room, guests: dict[int, Organisation]) -> Wish:
    return Wish(
        room=room,
        organisation=guests[given(form.organisation)],
        first=meeting_of(form),
        weeks=given(form.weeks),
        purpose=given(form.purpose),
    )


def _ask(form: BookingForm, room: Room, guests: dict[int, Organisation]) -> RoomBooking:
    return bookings.ask_for_room(db(), _wish_of(form, room, guests), by=signed_in())


def _book_words(booking: RoomBooking) -> str:
    if booking.is_granted:
        return _("The room is yours at that time.")
    return _("The owner has been asked. The answer will stand here and on your first page.")


@blueprint.get("/bookings")
@allow(Permission.MANAGE_ROOMS)
def own_bookings() -> Page:
    """The rooms of others that we book."""
    return _list(booking_queries.bookings_of(signed_in(), Side.GUEST), "guest")


@blueprint.get("/bookings/of-our-rooms")
@allow(Permission.MANAGE_ROOMS)
def bookings_of_our_rooms() -> Page:
    """Our rooms that others book or ask for."""
    return _list(booking_queries.bookings_of(signed_in(), Side.OWNER), "owner")


@blueprint.get("/bookings/waiting")
@allow(Permission.MANAGE_ROOMS)
def waiting_bookings() -> Page:
    """What waits for our answer, and what others did that nobody here has seen."""
    return _list(booking_queries.waiting_bookings(signed_in()), "waiting")


def _list(query: Select[RoomBooking], kind: str) -> Page:
    page = paginate(db(), query, PAGE)
    days = [day for each in page.rows for day in room_days.asked_days(each)]
    holidays = room_days.holidays_among(db(), days)
    lines = [(each, when_words(each, holidays), state_words(each), waits_words(each, kind)) for each in page.rows]
    return render("timetable/bookings.html", page=page, lines=lines, kind=kind)


def waits_words(booking: RoomBooking, kind: str) -> str:
    """What the side whose list this is should do; empty where it is nothing."""
    if booking.waits_for is None or kind not in ("waiting", booking.waits_for.value):
        return ""
    return _("Answer") if booking.is_pending else _("New")


def when_words(booking: RoomBooking, holidays: Mapping[date, Holiday]) -> str:
    """The day and time, or the weekday with its first and last day, public holidays left out."""
    asked = room_days.asked_days(booking)
    days = room_days.without_holidays(asked, holidays) or asked
    between = words.time_range_words(booking.starts_at, booking.ends_at)
    if len(days) == 1:
        return f"{words.long_day_words(days[0].starts_at)} {between}"
    said = {
        "weekday": words.weekday_words(clock.local(booking.starts_at).weekday()),
        "time": between,
        "count": len(days),
        "first": words.day_words(days[0].starts_at),
        "last": words.day_words(days[-1].starts_at),
    }
    if booking.every_weeks > 1:
        return _("Every other %(weekday)s %(time)s, %(count)d times: %(first)s to %(last)s", **said)
    return _("Every %(weekday)s %(time)s, %(count)d times: %(first)s to %(last)s", **said)


def when_of(booking: RoomBooking) -> str:
    """The same, with the holidays read."""
    return when_words(booking, room_days.holidays_among(db(), room_days.asked_days(booking)))


def state_words(booking: RoomBooking) -> tuple[str, str]:
    """What became of a booking, and how it is marked."""
    if booking.taken_back_at:
        return _("Not needed any more"), "plain"
    if booking.declined_at:
        return (_("Taken back by the owner") if booking.granted_at else _("The owner said no")), "danger"
    if booking.granted_at:
        return _("Granted"), "ok"
    return _("Waits for the owner's answer"), "warning"


@blueprint.route("/bookings/<int:booking_id>", methods=["GET", "POST"])
@allow(Permission.MANAGE_ROOMS)
def booking(booking_id: int) -> Page:
    """One booking: when, whose, and what can be done about it; its owner answers here."""
    shown = booking_queries.booking_for(db(), signed_in(), booking_id)
    sides = booking_queries.sides_of(db(), signed_in(), shown)
    form = AnswerForm()
    if request.method == "POST":
        found(shown if Side.OWNER in sides else None)
    if form.validate_on_submit() and carry_out(form, lambda: _answer(form, shown)):
        flash(_("They read your answer on their first page."), "ok")
        return redirect(url_for("timetable.booking", booking_id=booking_id), 303)
    return render("timetable/booking.html", form=form, **_words_of(booking_id, sides))


def _answer(form: AnswerForm, shown: RoomBooking) -> RoomBooking:
    act = bookings.grant_booking if form.is_granted.data == "yes" else bookings.decline_booking
    return act(db(), shown, answer=form.answer.data or "", by=signed_in())


def _words_of(booking_id: int, sides: set[Side]) -> dict[str, Any]:
    """A booking as it is now, in words."""
    shown = booking_queries.booking_for(db(), signed_in(), booking_id)
    is_coming = booking_queries.is_coming(shown)
    asked = room_days.asked_days(shown)
    holidays = room_days.holidays_among(db(), asked)
    days = shown.days if shown.is_granted else room_days.without_holidays(asked, holidays)
    return {
        "booking": shown,
        "when": when_words(shown, holidays),
        "left_out": left_out_of(asked, holidays),
        "closed": settled_bookings.closed_days_of(db(), shown) if shown.unsettled else [],
        "state": state_words(shown),
        "days": [(day, weeks.holiday_note(holidays.get(words.local_day(day.starts_at)))) for day in days],
        "lessons": room_days.lessons_within(db(), shown) if shown.is_granted else [],
        "now": clock.now(),
        "is_owner": Side.OWNER in sides,
        "may_answer": Side.OWNER in sides and shown.is_pending and is_coming,
        "may_revoke": Side.OWNER in sides and shown.is_granted and is_coming,
        "may_take_back": Side.GUEST in sides and (shown.is_granted or shown.is_pending) and is_coming,
        "may_notice": shown.waits_for in sides and not shown.is_pending,
    }


def _mine(booking_id: int, *allowed: Side) -> RoomBooking:
    """That booking, where the viewer is on one of these sides of it."""
    shown = booking_queries.booking_for(db(), signed_in(), booking_id)
    return found(shown if booking_queries.sides_of(db(), signed_in(), shown) & set(allowed) else None)


def _back(booking_id: int, said: str) -> Page:
    flash(said, "ok")
    return redirect(url_for("timetable.booking", booking_id=booking_id), 303)


@blueprint.route("/bookings/<int:booking_id>/revoke", methods=["GET", "POST"])
@allow(Permission.MANAGE_ROOMS)
def revoke_booking(booking_id: int) -> Page:
    """Take a room back that was granted."""
    shown = _mine(booking_id, Side.OWNER)
    form = RevokeForm()
    if form.validate_on_submit() and carry_out(
        form, lambda: bookings.decline_booking(db(), shown, answer=given(form.answer), by=signed_in())
    ):
        return _back(booking_id, _("The room is yours again. They read why on their first page."))
    return render("timetable/revoke_booking.html", form=form, booking=shown, when=when_of(shown))


@blueprint.route("/bookings/<int:booking_id>/hold", methods=["GET", "POST"])
@allow(Permission.MANAGE_ROOMS)
def hold_booking(booking_id: int) -> Page:
    """Let them in although the place would be closed."""
    shown = _mine(booking_id, Side.OWNER)
    form = HoldForm()
    if form.validate_on_submit() and carry_out(
        form, lambda: settled_bookings.hold_all_the_same(db(), shown, given(form.answer), by=signed_in())
    ):
        return _back(booking_id, _("The booking stays as it is. They read your words on their first page."))
    return render("timetable/hold_booking.html", form=form, booking=shown, when=when_of(shown))


@blueprint.route("/bookings/<int:booking_id>/take-back", methods=["GET", "POST"])
@allow(Permission.MANAGE_ROOMS)
def take_back_booking(booking_id: int) -> Page:
    """Need the room no longer."""
    shown = _mine(booking_id, Side.GUEST)
    form = PressForm()
    if form.validate_on_submit() and carry_out(form, lambda: bookings.take_back(db(), shown, by=signed_in())):
        return _back(booking_id, _("The room is free again."))
    return render("timetable/take_back_booking.html", form=form, booking=shown, when=when_of(shown))


@blueprint.post("/bookings/<int:booking_id>/days/<int:row_id>/give-up")
@allow(Permission.MANAGE_ROOMS)
def give_up_booking_day(booking_id: int, row_id: int) -> Page:
    """Need the room not on one of its days."""
    shown = _mine(booking_id, Side.GUEST)
    carry_out(None, lambda: bookings.give_up_day(db(), shown, row_id, by=signed_in()))
    return _back(booking_id, _("The room is free again on that day."))


@blueprint.post("/bookings/<int:booking_id>/notice")
@allow(Permission.MANAGE_ROOMS)
def notice_booking(booking_id: int) -> Page:
    """Somebody here has seen what the other side did."""
    shown = _mine(booking_id, Side.OWNER, Side.GUEST)
    sides = booking_queries.sides_of(db(), signed_in(), shown)
    carry_out(None, lambda: bookings.take_notice(db(), shown, sides))
    return _back(booking_id, _("Noted. It no longer stands on your first page."))
