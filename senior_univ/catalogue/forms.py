"""Forms of courses."""

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from wtforms import SearchField

from senior_univ.catalogue.models import Subject
from senior_univ.core.forms import Form, Optional, SelectField, StringField, TextAreaField, at_most, chosen, needed
from senior_univ.network.models import Organisation


class CourseFilter(Form):
    """Narrows the list of courses."""

    title = SearchField(_l("Name of the course"), [at_most(80)])
    subject = SelectField(_l("Subject"), validate_choice=False)

    def offer(self, subjects: Iterable[Subject]) -> None:
        """Let one of ``subjects`` be chosen."""
        self.subject.choices = [("", _l("Every subject")), *((str(each.id), each.label) for each in subjects)]


class CourseForm(Form):
    """What is written about a course."""

    organisation_id = SelectField(_l("Given by"), [chosen()], coerce=int)
    subject_id = SelectField(_l("Subject"), [chosen()], coerce=int)
    title = StringField(_l("Name of the course"), [needed(), at_most(80)])
    sms_name = StringField(
        _l("Short name for texts"),
        [Optional(), at_most(10)],
        description=_l("How texts call it, at most 10 characters."),
    )
    about = TextAreaField(
        _l("What it is about"),
        [Optional(), at_most(1000)],
        description=_l("Two or three plain sentences for learners."),
    )
    what_to_bring = StringField(_l("What to bring"), [Optional(), at_most(200)])

    def offer(self, organisations: Iterable[Organisation], subjects: Iterable[Subject]) -> None:
        """Let one of ``organisations`` and one of ``subjects`` be chosen."""
        given_by = [(each.id, each.name) for each in organisations]
        self.organisation_id.choices = given_by if len(given_by) == 1 else [(0, _l("Please choose")), *given_by]
        self.subject_id.choices = [(0, _l("Please choose")), *((each.id, each.label) for each in subjects)]
