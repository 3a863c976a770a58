"""What people do in teaching; one module for each thing that is changed."""

from senior_univ.teaching.actions.papers import add_paper, remove_paper
from senior_univ.teaching.actions.subjects import add_subject, remove_subject
from senior_univ.teaching.actions.teachers import (
    HomeDetails,
    TeacherDetails,
    add_teacher,
    bring_back_teacher,
    change_home,
    change_teacher,
    let_in,
    retire_teacher,
)
from senior_univ.teaching.actions.times import (
    ExceptionDetails,
    add_availability,
    add_exception,
    remove_availability,
    remove_exception,
)
from senior_univ.teaching.actions.trainings import (
    TrainingDetails,
    add_training,
    change_training,
    remove_training,
    write_parts,
)
from senior_univ.teaching.actions.volunteers import Applicant, apply, approve, refuse

__all__ = [
    "Applicant",
    "ExceptionDetails",
    "HomeDetails",
    "TeacherDetails",
    "TrainingDetails",
    "add_availability",
    "add_exception",
    "add_paper",
    "add_subject",
    "add_teacher",
    "add_training",
    "apply",
    "approve",
    "bring_back_teacher",
    "change_home",
    "change_teacher",
    "change_training",
    "let_in",
    "refuse",
    "remove_availability",
    "remove_exception",
    "remove_paper",
    "remove_subject",
    "remove_training",
    "retire_teacher",
    "write_parts",
]
