"""Going into an online lesson: the same steps for a teacher, a learner and a home's big screen."""

from flask import current_app, redirect

from senior_univ.core import clock
from senior_univ.core.web import Page, render, roll_back
from senior_univ.timetable import online
from senior_univ.timetable.meeting_servers import Guest
from senior_univ.timetable.models import Lesson


def go_in(lesson: Lesson, guest: Guest, back_url: str) -> Page:
    """Send ``guest`` into a lesson that she may see; else say from when she may join, or that there is no way in yet."""
    settings, door = current_app.config["SETTINGS"], online.door_of(lesson)
    if door is None or not door.is_open:
        return render("timetable/not_open.html", lesson=lesson, door=door, now=clock.now(), back_url=back_url)
    way = online.way_into(lesson, settings)
    if not online.has_way_in(lesson.course_class, settings):
        return render("timetable/no_way_in.html", lesson=lesson, back_url=back_url)
    roll_back()  # nothing of the database is held while a server is asked
    return redirect(way.link_for(guest, settings) or back_url, 303)
