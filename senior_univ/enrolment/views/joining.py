"""A learner goes into her online lesson; a care home's big screen shows today's, with one button each."""

from flask import url_for

from senior_univ.care.queries import home_for
from senior_univ.core.permissions import Permission
from senior_univ.core.web import Page, allow, db, found, learner_id, render, signed_in
from senior_univ.enrolment import queries
from senior_univ.enrolment.online_lessons import online_lessons_of
from senior_univ.enrolment.views.blueprint import blueprint
from senior_univ.timetable.meeting_servers import Guest
from senior_univ.timetable.views.joining import go_in


@blueprint.get("/lessons/<int:lesson_id>/join")
@allow(Permission.LEARN)
def join_lesson(lesson_id: int) -> Page:
    """Into an online lesson of hers, or of the elder who is being helped, under that person's name."""
    lesson = found(queries.lesson_of(db(), learner_id(), lesson_id))
    guest = Guest(queries.learner(db(), learner_id()).name)
    return go_in(lesson, guest, url_for("enrolment.my_week"))


@blueprint.get("/homes/<int:home_id>/screen")
@allow(Permission.MANAGE_RESIDENTS)
def home_screen(home_id: int) -> Page:
    """Today's online lessons for the television in the common room: large, and without a word about anybody."""
    home = home_for(db(), signed_in(), Permission.MANAGE_RESIDENTS, home_id)
    lessons = online_lessons_of(db(), home_id)
    return render("enrolment/home_screen.html", home=home, lessons=lessons, page_size="largest")


@blueprint.get("/homes/<int:home_id>/screen/<int:lesson_id>")
@allow(Permission.MANAGE_RESIDENTS)
def join_at_home(home_id: int, lesson_id: int) -> Page:
    """Into a lesson from the big screen, under the home's name."""
    home = home_for(db(), signed_in(), Permission.MANAGE_RESIDENTS, home_id)
    lesson = found(next((each for each in online_lessons_of(db(), home_id) if each.id == lesson_id), None))
    return go_in(lesson, Guest(home.name), url_for("enrolment.home_screen", home_id=home_id))
