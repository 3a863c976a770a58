"""Every "X happened → do Y", one line each. Handlers run in the same transaction as what happened."""

from collections.abc import Callable
from typing import Any

from blinker import Signal

from senior_univ.accounts import events as accounts
from senior_univ.allocation import events as allocation
from senior_univ.allocation import reactions as applications
from senior_univ.allocation.events import results_known
from senior_univ.attendance import reactions as attendance
from senior_univ.attendance.events import (
    absence_explained,
    alone_and_absent,
    kept_from_lessons,
    leave_asked,
    leave_taken_back,
    let_back,
    roll_called_late,
    roll_not_called,
)
from senior_univ.care import events as homes
from senior_univ.care import reactions as care
from senior_univ.care.events import residency_ended
from senior_univ.catalogue.events import course_closing
from senior_univ.enrolment import reactions as enrolment
from senior_univ.enrolment.events import (
    class_left_empty,
    could_not_seat,
    invitations_sent,
    learners_moved,
    looking_for_absences,
    moved_onto_other,
    place_let_go,
    seat_ended,
    seat_taken,
    seats_taken,
    together_asked,
)
from senior_univ.home import reactions as home
from senior_univ.network import events as network
from senior_univ.partnerships import reactions as partnerships
from senior_univ.records.events import certificates_issued
from senior_univ.reminders import admissions, certificates, company, offers, quarantines, suspensions
from senior_univ.reminders import reactions as reminders
from senior_univ.reminders import teachers as teachers_told
from senior_univ.teaching import events as teaching
from senior_univ.teaching.events import papers_expiring, teacher_retiring, volunteer_answered
from senior_univ.timetable import events as timetable
from senior_univ.timetable import quarantines as quarantined_lessons
from senior_univ.timetable import reactions as lessons
from senior_univ.timetable import settled_bookings, settling
from senior_univ.waiting import reactions as waiting
from senior_univ.waiting.events import looking_for_texts, offer_passed_on, place_offered, queue_ended

HANDLERS: tuple[tuple[Signal, Callable[..., Any]], ...] = (
    (accounts.person_ended, care.end_residency),
    (accounts.person_ended, enrolment.follow_person_ended),
    (residency_ended, enrolment.follow_residency_ended),
    (network.room_closing, lessons.keep_room),
    (network.venue_closing, lessons.keep_venue),
    (network.organisation_closing, care.keep_home),
    (network.organisation_closing, lessons.keep_organisation),
    (course_closing, lessons.keep_course),
    (teacher_retiring, lessons.keep_teacher),
    (timetable.lesson_moved, enrolment.follow_move),
    (timetable.looking_for_hindered, enrolment.tell_hindered),
    (timetable.lesson_cancelled, enrolment.follow_lesson_cancelled),
    (timetable.class_cancelled, enrolment.follow_class_cancelled),
    (timetable.class_cancelled, enrolment.follow_class_gone),
    (seat_taken, enrolment.answer_invitation),
    (seats_taken, enrolment.answer_invitations),
    (accounts.person_ended, waiting.follow_person_ended),
    (residency_ended, waiting.follow_residency_ended),
    (timetable.class_cancelled, waiting.follow_class_cancelled),
    (seat_ended, waiting.follow_seat_ended),
    (seat_taken, waiting.follow_seat_taken),
    (seats_taken, waiting.follow_seats_taken),
    (timetable.room_made, waiting.follow_room_made),
    (place_let_go, waiting.follow_room_made),
    (could_not_seat, waiting.let_wait),
    (accounts.code_issued, reminders.send_code),
    (accounts.grant_asked, reminders.ask_consent),
    (accounts.grant_given, reminders.tell_grant),
    (timetable.lesson_moved, reminders.tell_move),
    (timetable.lesson_cancelled, reminders.tell_cancelled_lesson),
    (class_left_empty, reminders.tell_cancelled_class),
    (queue_ended, reminders.tell_cancelled_class),
    (seat_taken, reminders.tell_seat_taken),
    (learners_moved, reminders.tell_merged),
    (invitations_sent, reminders.tell_invited),
    (seats_taken, reminders.tell_seats_taken),
    (seat_ended, reminders.tell_seat_ended),
    (place_offered, offers.tell_offer),
    (offer_passed_on, offers.tell_passed_on),
    (looking_for_texts, offers.say_what_went_out),
    (leave_asked, reminders.tell_leave),
    (leave_taken_back, reminders.call_off_leave),
    (moved_onto_other, attendance.follow_clash),
    (looking_for_absences, attendance.tell_absences),
    (results_known, admissions.tell_admission),
    (allocation.round_called_off, admissions.tell_called_off),
    (together_asked, company.tell_asked),
    (allocation.together_asked, company.tell_asked_for_round),
    (certificates_issued, certificates.tell_certificates),
    (papers_expiring, teachers_told.tell_papers),
    (volunteer_answered, teachers_told.tell_volunteer),
    (alone_and_absent, home.call_about_absence),
    (absence_explained, home.close_explained),
    (roll_not_called, home.call_about_roll),
    (roll_called_late, home.close_called),
    (homes.resident_away, attendance.follow_away),
    (homes.resident_back, attendance.follow_away),
    (homes.resident_came, attendance.follow_resident),
    (residency_ended, attendance.follow_resident),
    (homes.care_day_changed, attendance.follow_care_day),
    (seat_taken, attendance.follow_seat),
    (seats_taken, attendance.follow_seats),
    (homes.quarantine_declared, quarantined_lessons.close_unit),
    (homes.quarantine_declared, partnerships.close_to_village),
    (homes.quarantine_lifted, quarantined_lessons.open_unit),
    (homes.quarantine_declared, attendance.follow_unit_closed),
    (homes.quarantine_lifted, attendance.follow_unit_opened),
    (kept_from_lessons, quarantines.tell_closed),
    (let_back, quarantines.tell_opened),
    (accounts.person_ended, applications.follow_person_ended),
    (accounts.person_ended, home.close_ended),
    (timetable.lesson_moved, settling.follow_move),
    (timetable.lesson_cancelled, settling.follow_cancelled),
    (timetable.class_cancelled, settling.follow_class_cancelled),
    (timetable.lessons_suspended, settling.follow_suspension),
    (homes.care_day_changed, settling.follow_care_day),
    (network.opening_hours_changed, settling.follow_opening_hours),
    (network.room_changed, settling.follow_room),
    (network.opening_hours_changed, settled_bookings.follow_opening_hours),
    (network.room_changed, settled_bookings.follow_room),
    (teaching.availability_changed, settling.follow_teacher),
    (teaching.teacher_checked, settling.follow_teacher),
    (timetable.lessons_resumed, enrolment.follow_resumed),
    (timetable.lessons_suspended, suspensions.tell_suspended),
    (timetable.lessons_resumed, suspensions.tell_resumed),
    (timetable.teacher_cannot_come, suspensions.tell_teacher_cannot),
    (timetable.lesson_moved, suspensions.tell_substitute),
)
"""What happens, and what is done then; the handlers of one event in this order."""


def connect() -> None:
    """Connect every event with its handlers; doing it twice changes nothing."""
    for event, handler in HANDLERS:
        event.connect(handler, weak=False)
