"""Finding a class: what, where, when, each changed with one tap, and the page of one class."""

from flask import current_app, request

from senior_univ.catalogue import queries as catalogue
from senior_univ.catalogue.models import Subject
from senior_univ.core.errors import DomainError
from senior_univ.core.paging import paginate
from senior_univ.core.web import Page, db, found, learner_id, number_asked, open_to_all, render, viewer
from senior_univ.enrolment import finding, queries
from senior_univ.enrolment.facts import refusal_for
from senior_univ.enrolment.finding import Wish
from senior_univ.enrolment.models import Seat
from senior_univ.enrolment.online_lessons import lesson_at_hand
from senior_univ.enrolment.views.blueprint import blueprint
from senior_univ.network import queries as network
from senior_univ.network.models import Region
from senior_univ.timetable.models import CourseClass

CARDS_A_PAGE = 12


def city() -> str:
    """The code of the city that is served."""
    code: str = current_app.config["SETTINGS"].region
    return code


def home_code() -> str:
    """The code of the village of whoever's learning this is; empty for a stranger and where none is on file."""
    return (queries.learner(db(), learner_id()).region_code or "") if viewer() else ""


def wish_asked() -> Wish:
    """What the address asks for; nonsense is read as "any"."""
    home = home_code()
    subject = request.args.get("subject", "")
    region = finding.region_asked(request.args.get("region", ""), request.args.get("near", ""), home, city())
    return Wish(
        subject=subject if any(each.slug == subject for each in catalogue.subjects(db())) else "",
        region=region,
        weekday=number_asked("weekday", None, most=6),
        step_free=number_asked("step_free", 0) == 1,
        home=home,
    )


@blueprint.get("/find")
@open_to_all
def find_class() -> Page:
    """The classes near her, a dozen a page, with what is looked for above them."""
    wish = wish_asked()
    page = paginate(db(), finding.found_by(wish), CARDS_A_PAGE)
    paths = network.region_paths(db(), [wish.region, *(each.region_code for each in page.rows)])
    subject = next((each for each in catalogue.subjects(db()) if each.slug == wish.subject), None)
    wider = finding.wider(db(), wish) if not page.total else None
    return render("enrolment/find.html", wish=wish, page=page, paths=paths, subject=subject, wider=wider)


@blueprint.get("/find/subject")
@open_to_all
def choose_subject() -> Page:
    """What would you like to learn? One tap on a subject."""
    subjects: list[Subject] = catalogue.subjects(db())
    return render("enrolment/choose_subject.html", wish=wish_asked(), subjects=subjects)


@blueprint.get("/find/day")
@open_to_all
def choose_day() -> Page:
    """On which day? One tap on a weekday."""
    return render("enrolment/choose_day.html", wish=wish_asked())


@blueprint.get("/find/place")
@open_to_all
def choose_place() -> Page:
    """Where? Her own village, township, county or the city; or, from ``?inside=``, step by step to any other place."""
    wish = wish_asked()
    inside = request.args.get("inside", "")
    region = network.region(db(), inside) if inside else None
    if region is None:
        near = network.region_path(db(), wish.home or city())
        return render("enrolment/choose_place.html", wish=wish, near=near[::-1], city=city())
    parts = network.child_regions(db(), region.code)
    return render("enrolment/choose_place_inside.html", wish=wish, region=region, parts=parts, steps=_steps(region))


def _steps(region: Region) -> list[Region]:
    """The places that this one is part of, the city first."""
    return network.region_path(db(), region.code)[:-1]


@blueprint.get("/find/<int:class_id>")
@open_to_all
def class_page(class_id: int) -> Page:
    """One class: when, where, by whom, what to bring; and the way in, or why there is none."""
    course_class, seat = _class_seen(class_id)
    refusal = None
    if viewer() and seat is None:
        refusal = refusal_for(db(), course_class, learner_id())
    return render(
        "enrolment/class_page.html",
        course_class=course_class,
        first=queries.first_lesson(db(), course_class),
        at_hand=lesson_at_hand(db(), class_id) if seat else None,
        path=network.region_path(db(), course_class.region_code),
        seat=seat,
        refusal=refusal,
        others=others_instead(course_class, refusal),
    )


def _class_seen(class_id: int) -> tuple[CourseClass, Seat | None]:
    if viewer() is None:
        return found(queries.open_class(db(), class_id)), None
    course_class = found(queries.class_to_join(db(), class_id, learner_id()))
    return course_class, queries.standing_seat(db(), class_id, learner_id())


def others_instead(course_class: CourseClass, refusal: DomainError | None) -> list[CourseClass]:
    """The nearest classes of the same subject with room, where this one has none."""
    if refusal is None or refusal.code not in ("full", "no_wheelchair_place"):
        return []
    wheelchair = refusal.code == "no_wheelchair_place"
    return list(queries.classes_with_room(db(), course_class, wheelchair=wheelchair))
