"""Every "X happened → do Y", one line each. Handlers run in the same transaction as what happened."""

from senior_univ.accounts import events as accounts
from senior_univ.allocation import events as allocation
from senior_univ.allocation.events import round_settled
from senior_univ.attendance import reactions as attendance
from senior_univ.attendance.events import absence_explained, alone_and_absent, leave_asked
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
from senior_univ.records.events import certificates_issued
from senior_univ.reminders import admissions, certificates, company, offers
from senior_univ.reminders import reactions as reminders
from senior_univ.teaching.events import teacher_retiring
from senior_univ.timetable import events as timetable
from senior_univ.timetable import reactions as lessons
from senior_univ.waiting import reactions as waiting
from senior_univ.waiting.events import looking_for_texts, offer_passed_on, place_offered, queue_ended


def connect() -> None:
    """Connect every event with its handlers; doing it twice changes nothing."""
    accounts.person_ended.connect(care.end_residency, weak=False)
    accounts.person_ended.connect(enrolment.follow_person_ended, weak=False)
    residency_ended.connect(enrolment.follow_residency_ended, weak=False)
    network.room_closing.connect(lessons.keep_room, weak=False)
    network.venue_closing.connect(lessons.keep_venue, weak=False)
    network.organisation_closing.connect(care.keep_home, weak=False)
    network.organisation_closing.connect(lessons.keep_organisation, weak=False)
    course_closing.connect(lessons.keep_course, weak=False)
    teacher_retiring.connect(lessons.keep_teacher, weak=False)
    timetable.lesson_moved.connect(enrolment.follow_move, weak=False)
    timetable.looking_for_hindered.connect(enrolment.tell_hindered, weak=False)
    timetable.lesson_cancelled.connect(enrolment.follow_lesson_cancelled, weak=False)
    timetable.class_cancelled.connect(enrolment.follow_class_cancelled, weak=False)
    timetable.class_cancelled.connect(enrolment.follow_class_gone, weak=False)
    seat_taken.connect(enrolment.answer_invitation, weak=False)
    seats_taken.connect(enrolment.answer_invitations, weak=False)
    accounts.person_ended.connect(waiting.follow_person_ended, weak=False)
    residency_ended.connect(waiting.follow_residency_ended, weak=False)
    timetable.class_cancelled.connect(waiting.follow_class_cancelled, weak=False)
    seat_ended.connect(waiting.follow_seat_ended, weak=False)
    seat_taken.connect(waiting.follow_seat_taken, weak=False)
    seats_taken.connect(waiting.follow_seats_taken, weak=False)
    timetable.room_made.connect(waiting.follow_room_made, weak=False)
    place_let_go.connect(waiting.follow_room_made, weak=False)
    could_not_seat.connect(waiting.let_wait, weak=False)
    accounts.code_issued.connect(reminders.send_code, weak=False)
    accounts.grant_given.connect(reminders.tell_grant, weak=False)
    timetable.lesson_moved.connect(reminders.tell_move, weak=False)
    timetable.lesson_cancelled.connect(reminders.tell_cancelled_lesson, weak=False)
    class_left_empty.connect(reminders.tell_cancelled_class, weak=False)
    queue_ended.connect(reminders.tell_cancelled_class, weak=False)
    seat_taken.connect(reminders.tell_seat_taken, weak=False)
    learners_moved.connect(reminders.tell_merged, weak=False)
    invitations_sent.connect(reminders.tell_invited, weak=False)
    seats_taken.connect(reminders.tell_seats_taken, weak=False)
    seat_ended.connect(reminders.tell_seat_ended, weak=False)
    place_offered.connect(offers.tell_offer, weak=False)
    offer_passed_on.connect(offers.tell_passed_on, weak=False)
    looking_for_texts.connect(offers.say_what_went_out, weak=False)
    leave_asked.connect(reminders.tell_leave, weak=False)
    moved_onto_other.connect(attendance.follow_clash, weak=False)
    looking_for_absences.connect(attendance.tell_absences, weak=False)
    round_settled.connect(admissions.tell_admission, weak=False)
    together_asked.connect(company.tell_asked, weak=False)
    allocation.together_asked.connect(company.tell_asked_for_round, weak=False)
    certificates_issued.connect(certificates.tell_certificates, weak=False)
    alone_and_absent.connect(home.call_about_absence, weak=False)
    absence_explained.connect(home.close_explained, weak=False)
