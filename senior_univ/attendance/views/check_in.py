"""Checking in at the door: the tablet there, a card, the code on the wall; and printing the cards."""

from functools import partial

from flask import current_app, flash, redirect, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from senior_univ.accounts.actions.codes import HOUR, count_try
from senior_univ.accounts.models import Person
from senior_univ.accounts.rules import keyed_hash
from senior_univ.attendance import check_in, queries
from senior_univ.attendance.check_in import NewCard
from senior_univ.attendance.forms import CardsForm, CodeForm, RollForm, ScanForm
from senior_univ.attendance.models import How, Kind
from senior_univ.attendance.views.blueprint import blueprint
from senior_univ.core import clock
from senior_univ.core.access import Viewer
from senior_univ.core.errors import DomainError
from senior_univ.core.permissions import Permission
from senior_univ.core.qr import public_address, qr_code
from senior_univ.core.web import (
    Page,
    allow,
    carry_out,
    commit,
    db,
    learner_id,
    open_to_all,
    render,
    show_refusal,
    signed_in,
    viewer,
)
from senior_univ.enrolment import queries as enrolment
from senior_univ.timetable import queries as timetable
from senior_univ.timetable.models import Lesson

DOOR = "door"
"""In the session of a tablet at the door, which is signed in as nobody: the lesson and who opened it."""

CODES_PER_PERSON_AND_HOUR = 20
TOO_MANY = _l("That was tried very often. Please tell the teacher that you are here.")
NO_CARD = _l("This card doesn't work any more. Please tell the teacher your name.")


def _key() -> str:
    return str(current_app.config["SECRET_KEY"])


def _door() -> tuple[Lesson, Viewer] | None:
    """The lesson that this tablet was opened for, and by whom; None once it is over."""
    opened = session.get(DOOR)
    if not isinstance(opened, dict):
        return None
    lesson = check_in.open_lesson(db(), opened["lesson_id"])
    return (lesson, Viewer(opened["by_id"], "")) if lesson else None


@blueprint.route("/lessons/<int:lesson_id>/check-in", methods=["GET", "POST"])
@allow(Permission.CALL_ROLL)
def check_in_lesson(lesson_id: int) -> Page:
    """The lesson's code in big digits for the wall, and the way to leave this tablet at the door."""
    lesson = queries.lesson_to_call(db(), signed_in(), lesson_id)
    form = RollForm()
    if form.validate_on_submit() and check_in.is_open(lesson, clock.now()):
        opened = {"lesson_id": lesson.id, "by_id": signed_in().person_id}
        session.clear()  # nobody is signed in on a tablet that stands at the door
        session[DOOR] = opened
        return redirect(url_for("attendance.check_in_here"), 303)
    return render(
        "attendance/check_in_lesson.html",
        lesson=lesson,
        form=form,
        is_open=check_in.is_open(lesson, clock.now()),
        code=check_in.wall_code(_key(), lesson.id),
        address=url_for("attendance.check_in_here", _external=True),
    )


@blueprint.route("/check-in", methods=["GET", "POST"])
@open_to_all
def check_in_here() -> Page:
    """Here I am: at the tablet with a card, or on her own phone with the code on the wall."""
    if door := _door():
        return _at_the_door(*door)
    if viewer() is None:
        return redirect(url_for("accounts.sign_in", next=url_for("attendance.check_in_here")))
    return _with_code()


def _at_the_door(lesson: Lesson, by: Viewer) -> Page:
    form = ScanForm()
    if form.validate_on_submit() and (person := carry_out(form, lambda: _scanned(form, lesson, by))):
        flash(_("%(name)s, welcome. You are checked in.", name=person.name), "ok")
        return redirect(url_for("attendance.check_in_here"), 303)
    form.card.data, form.card.raw_data = "", None  # the next scan types into an empty field
    return render("attendance/door.html", form=form, lesson=lesson, code=check_in.wall_code(_key(), lesson.id))


def _scanned(form: ScanForm, lesson: Lesson, by: Viewer) -> Person:
    """Check in whoever's card was scanned: the field holds the address on the card, or its last part."""
    card = check_in.card_of(db(), (form.card.data or "").rstrip("/").rpartition("/")[2][:100])
    if card is None:
        raise DomainError("no_card", NO_CARD, field="card")
    check_in.check_in(db(), lesson, card.person_id, how=How.CARD, by=by)
    return card.person


def _with_code() -> Page:
    form = CodeForm()
    kind = _typed(form, signed_in()) if form.validate_on_submit() else None
    if kind:
        return render("attendance/checked_in.html", kind=kind, at=clock.now())
    return render("attendance/check_in.html", form=form)


def _typed(form: CodeForm, who: Viewer) -> Kind | None:
    """Check her in with the digits that she typed; a code of four bears few guesses, and each is counted for good."""
    whose = keyed_hash(_key(), "wall", str(learner_id()))
    kind = None
    if count_try(db(), "wall-code", whose, HOUR, CODES_PER_PERSON_AND_HOUR):
        kind = _answer(form, who)
    else:
        show_refusal(form, DomainError("too_many", TOO_MANY, field="code"))
    commit()
    return kind


def _answer(form: CodeForm, who: Viewer) -> Kind | None:
    digits = "".join(letter for letter in form.code.data or "" if letter.isdecimal())
    try:
        lesson = check_in.lesson_by_code(db(), _key(), learner_id(), digits)
        return check_in.check_in(db(), lesson, learner_id(), how=How.WALL_CODE, by=who)
    except DomainError as refusal:
        show_refusal(form, refusal)
        return None


@blueprint.route("/check-in/<token>", methods=["GET", "POST"])
@open_to_all
def check_in_by_card(token: str) -> Page:
    """The address on a card, opened by a tablet at the door or by somebody who calls that roll; others learn nothing."""
    door, who = _door(), viewer()
    if door is None and (who is None or not who.may(Permission.CALL_ROLL)):
        return render("attendance/card_for_teacher.html")
    card = check_in.card_of(db(), token[:100])
    if card is None:
        return render("attendance/card_gone.html")
    lesson, by = door or (check_in.lesson_for_card(db(), signed_in(), card.person_id), signed_in())
    form = RollForm()
    if lesson and form.validate_on_submit():
        arrive = partial(check_in.check_in, db(), lesson, card.person_id, how=How.CARD, by=by)
        if carry_out(form, arrive):
            flash(_("%(name)s, welcome. You are checked in.", name=card.person.name), "ok")
            back = "check_in_here" if door else "roll_calls"
            return redirect(url_for(f"attendance.{back}"), 303)
    return render("attendance/card.html", form=form, lesson=lesson, person=card.person)


@blueprint.route("/classes/<int:class_id>/cards", methods=["GET", "POST"])
@allow(Permission.CALL_ROLL)
def cards(class_id: int) -> Page:
    """A sheet of cards for a class, made when it is asked for: a card's token is known only while it is printed."""
    course_class = timetable.class_for(db(), signed_in(), Permission.CALL_ROLL, class_id)
    people = [line.person for line in enrolment.roster(db(), course_class)]
    holders = check_in.holders(db(), [person.id for person in people])
    form = CardsForm()
    if form.validate_on_submit():
        wanted = [person for person in people if form.again.data or person.id not in holders]
        made = carry_out(form, lambda: check_in.make_cards(db(), wanted, by=signed_in()))
        return render(
            "attendance/cards_sheet.html", course_class=course_class, cards=[_drawn(each) for each in made or ()]
        )
    return render("attendance/cards.html", form=form, course_class=course_class, people=people, holders=holders)


def _drawn(card: NewCard) -> tuple[Person, Markup]:
    """Whose card it is, and its QR code."""
    address = public_address(url_for("attendance.check_in_by_card", token=card.token))
    return card.person, qr_code(address, scale=4)
