"""The front desk: find or add somebody, choose a class, print her slip; in well under a minute."""

from collections.abc import Collection, Sequence

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select

from senior_univ.accounts import actions as accounts_actions
from senior_univ.accounts import queries as accounts
from senior_univ.accounts.models import BelongingReason, Person
from senior_univ.accounts.rules import parse_phone
from senior_univ.audit import actions as audit
from senior_univ.catalogue import queries as catalogue
from senior_univ.core.errors import DomainError
from senior_univ.core.forms import clean_text
from senior_univ.core.paging import paginate
from senior_univ.core.permissions import Permission
from senior_univ.core.web import Page, allow, carry_out, db, found, number_asked, render, signed_in
from senior_univ.core.words import zodiac_words
from senior_univ.enrolment import actions, queries, together
from senior_univ.enrolment.facts import refusals_of
from senior_univ.enrolment.forms import AnswerForm, DeskEnrolForm, NewcomerForm
from senior_univ.enrolment.invitations import invitations_of
from senior_univ.enrolment.models import Hand, Seat
from senior_univ.enrolment.views.blueprint import blueprint
from senior_univ.network import queries as network
from senior_univ.network.models import Organisation
from senior_univ.timetable.models import CourseClass

SOMEBODY_ELSE = "new"


def desks() -> list[Organisation]:
    """The organisations whose desk the viewer serves."""
    query = network.visible_organisations(signed_in(), Permission.SERVE_DESK)
    open_ones = query.where(Organisation.closed_on.is_(None)).order_by(Organisation.name, Organisation.id)
    return list(db().scalars(open_ones.limit(50)))


@blueprint.get("/desk")
@allow(Permission.SERVE_DESK)
def desk() -> Page:
    """One box: name, pinyin or last four digits; then one tap on the person, or the way to add her."""
    text = (clean_text(request.args.get("q", "")) or "")[:40]
    people = accounts.find_people(db(), signed_in(), Permission.SERVE_DESK, text) if text else []
    return render("enrolment/desk.html", text=text, people=people)


@blueprint.route("/desk/new", methods=["GET", "POST"])
@allow(Permission.SERVE_DESK)
def new_at_desk() -> Page:
    """Add somebody: name, birth year, village, phone or none. Whoever looks the same is shown first."""
    desk_of = found(next(iter(desks()), None))
    form = NewcomerForm(region_code=desk_of.region_code, **_typed_in_search())  # most come from the site's own village
    form.look_up(db(), near=desk_of.region_code)
    known = _alike(form, desk_of)
    form.same_person.choices = [
        *((str(each.id), each.name) for each in known),
        (SOMEBODY_ELSE, _l("No, somebody else")),
    ]
    is_clear = form.validate_on_submit() and _is_told_apart(form, known)
    if is_clear and (person := carry_out(form, lambda: _serve(form, known, desk_of))):
        return redirect(url_for("enrolment.desk_person", person_id=person.id), 303)
    return render("enrolment/new_at_desk.html", form=form, known=known, hints=_told_apart_by(known))


def _told_apart_by(known: list[Person]) -> dict[str, str]:
    """Village, birth year and 属相 of each who looks the same."""
    return {
        str(each.id): " ".join(
            [each.region.spoken_name if each.region else "", str(each.birth_year or ""), _zodiac(each)]
        ).strip()
        for each in known
    }


def _zodiac(person: Person) -> str:
    return zodiac_words(person.birth_year) if person.birth_year else ""


def _typed_in_search() -> dict[str, str]:
    """What was searched for in vain is not typed twice."""
    typed = (clean_text(request.args.get("q", "")) or "")[:30]
    if not typed or request.method == "POST":
        return {}
    return {"phone" if any(c.isdecimal() for c in typed) else "name": typed}


def _alike(form: NewcomerForm, desk_of: Organisation) -> list[Person]:
    if not form.is_submitted() or not form.name.data or form.birth_year.data is None:
        return []
    phone = _readable_phone(form.phone.data)
    county = desk_of.region_code[:6]
    known = queries.people_known(db(), name=form.name.data, birth_year=form.birth_year.data, phone=phone, prefix=county)
    return list(known)


def _readable_phone(text: str | None) -> str | None:
    try:
        return parse_phone(text)[0] if text else None
    except DomainError:
        return None


def _is_told_apart(form: NewcomerForm, known: list[Person]) -> bool:
    allowed = {str(each.id) for each in known} | {SOMEBODY_ELSE}
    if not known or form.same_person.data in allowed:
        return True
    form.same_person.errors = [_("Somebody like this is on file. Please choose.")]
    return False


def _serve(form: NewcomerForm, known: list[Person], desk_of: Organisation) -> Person:
    """The person on file who she is, whom this desk may see from now on; else a new one."""
    same = next((each for each in known if str(each.id) == form.same_person.data), None)
    if same is None:
        return accounts_actions.add_person(
            db(),
            name=form.name.data,
            birth_year=form.birth_year.data,
            phone=form.phone.data,
            region_code=form.region.code if form.region else None,
            site_id=desk_of.id,
            by=signed_in(),
        )
    accounts_actions.belong(db(), same.id, desk_of.id, BelongingReason.DESK)
    audit.record(db(), "person.served", same, by=signed_in(), on_behalf_of=same.id)
    return same


@blueprint.route("/desk/<int:person_id>", methods=["GET", "POST"])
@allow(Permission.SERVE_DESK)
def desk_person(person_id: int) -> Page:
    """Choose a class for her, by subject if there are many; confirming prints her slip."""
    person = accounts.person_for(db(), signed_in(), Permission.SERVE_DESK, person_id)
    seats = queries.seats_of(db(), person.id)
    classes = paginate(db(), _classes_asked([seat.class_id for seat in seats]), 25)
    refusals = refusals_of(db(), classes.rows, person.id)
    form = DeskEnrolForm()
    form.class_id.choices = [(each.id, each.course.title) for each in classes.rows]
    if sent_before := [seat.id for seat in seats if form.is_submitted() and seat.class_id == form.class_id.data]:
        return redirect(url_for("enrolment.slip", seat_id=sent_before[0]), 303)
    companions = _companions(person, form)
    if form.validate_on_submit() and (taken := carry_out(form, lambda: _take_at_desk(person, form, companions))):
        return redirect(url_for("enrolment.slip", seat_id=taken[0].id, also=[seat.id for seat in taken[1:]]), 303)
    return render(
        "enrolment/desk_person.html",
        form=form,
        person=person,
        classes=classes,
        seats=seats,
        refusals=refusals,
        elsewhere=_is_elsewhere(),
        invitations=invitations_of(db(), person.id),
        subjects=catalogue.subjects(db()),
        subject_id=number_asked("subject"),
        companions=companions,
        hints=_told_apart_by(companions),
        wishes=[wish for wish in together.wishes_of(db(), person.id) if wish.asks_person_id == person.id],
    )


def _companions(person: Person, form: DeskEnrolForm) -> list[Person]:
    """Whom the desk may mean by what it typed; where there are several, one of them is to be chosen."""
    text = form.companion.data if form.is_submitted() and not _is_elsewhere() else ""
    found_here = accounts.find_people(db(), signed_in(), Permission.SERVE_DESK, text) if text else []
    others = [each for each in found_here if each.id != person.id]
    form.companion_id.choices = [(each.id, each.name) for each in others]
    return others


def _companion(form: DeskEnrolForm, companions: Sequence[Person]) -> Person | None:
    if not form.companion.data or _is_elsewhere():
        return None
    if not companions:
        words = _l("Nobody else is found by that. Please look again, or add her first.")
        raise DomainError("nobody_found", words, field="companion")
    chosen = [each for each in companions if each.id == form.companion_id.data] or companions
    if len(chosen) > 1:
        raise DomainError("several_found", _l("There are several. Please choose."), field="companion_id")
    return chosen[0]


def _is_elsewhere() -> bool:
    """Whether she is to be sent to another organisation's class."""
    return request.args.get("elsewhere") == "1"


def _desk_classes() -> Select[CourseClass]:
    """The desk's own classes; or those of other organisations of its county, into which it refers people."""
    if not _is_elsewhere():
        return queries.classes_at_desk(signed_in(), Permission.SERVE_DESK)
    return queries.classes_elsewhere(signed_in(), found(next(iter(desks()), None)).region_code[:6])


def _classes_asked(not_these: Collection[int]) -> Select[CourseClass]:
    query = _desk_classes().where(CourseClass.id.not_in(not_these))
    subject_id = number_asked("subject")
    return query if subject_id is None else query.where(CourseClass.course.has(subject_id=subject_id))


def _take_at_desk(person: Person, form: DeskEnrolForm, companions: Sequence[Person]) -> list[Seat]:
    """Her seat; or hers and her companion's, both or neither."""
    course_class = found(db().scalar(_desk_classes().where(CourseClass.id == form.class_id.data)))
    companion = _companion(form, companions)
    if companion is None:
        return [_take_one(person, course_class, form)]
    return together.take_both(
        db(),
        course_class=course_class,
        hands=dict.fromkeys((person.id, companion.id), Hand.DESK),
        wheelchair_ids=[person.id] if form.wheelchair.data else (),
        escort_ids=[person.id] if form.escort.data else (),
        by=signed_in(),
    )


def _take_one(person: Person, course_class: CourseClass, form: DeskEnrolForm) -> Seat:
    referrer = found(next(iter(desks()), None)) if _is_elsewhere() else None
    return actions.take_seat(
        db(),
        course_class=course_class,
        person_id=person.id,
        hand=Hand.REFERRER if referrer else Hand.DESK,
        takes_wheelchair_place=form.wheelchair.data,
        has_escort=form.escort.data,
        referrer_id=referrer.id if referrer else None,
        by=signed_in(),
    )


@blueprint.post("/desk/<int:person_id>/together/<int:wish_id>")
@allow(Permission.SERVE_DESK)
def desk_answer(person_id: int, wish_id: int) -> Page:
    """Her answer to somebody who wants to come together with her, given at the desk or on the phone."""
    person = accounts.person_for(db(), signed_in(), Permission.SERVE_DESK, person_id)
    asked = {wish.id: wish for wish in together.wishes_of(db(), person.id) if wish.asks_person_id == person.id}
    wish, form = found(asked.get(wish_id)), AnswerForm()
    act = together.agree if form.answer.data == "yes" else together.decline
    if form.validate_on_submit() and carry_out(form, lambda: act(db(), wish, hand=Hand.DESK, by=signed_in())):
        flash(_("Noted."), "ok")
    for problem in form.form_errors:
        flash(problem, "warning")
    return redirect(url_for("enrolment.desk_person", person_id=person_id), 303)


@blueprint.get("/desk/sign-up-form")
@allow(Permission.SERVE_DESK)
def sign_up_form() -> Page:
    """A blank form on paper, to be filled in by hand."""
    return render("enrolment/sign_up_form.html", organisation=found(next(iter(desks()), None)))


@blueprint.get("/seats/<int:seat_id>/slip")
@allow(Permission.LEARN)
def slip(seat_id: int) -> Page:
    """Her slip: name, class, weekday and time, place, first lesson, what to bring, whom to call."""
    seat = queries.seat_for(db(), signed_in(), seat_id)
    first = queries.first_lesson(db(), seat.course_class)
    may_serve = signed_in().may(Permission.SERVE_DESK)
    also = [queries.seat_for(db(), signed_in(), number) for number in _also_asked()]
    return render("enrolment/slip.html", seat=seat, first=first, may_serve=may_serve, also=also)


def _also_asked() -> list[int]:
    """The seat of whoever was enrolled together with her, whose slip is printed next."""
    number = number_asked("also")
    return [] if number is None else [number]
