"""Forms of enrolment: a question a page for learners, one page for the desk."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField
from wtforms.validators import AnyOf

from senior_univ.accounts.actions import check_birth
from senior_univ.accounts.rules import parse_phone
from senior_univ.core.drafts import Kept
from senior_univ.core.forms import (
    Form,
    Optional,
    RadioField,
    StringField,
    TickBoxes,
    WholeNumberField,
    at_most,
    chosen,
    in_words,
    needed,
)
from senior_univ.network.forms import RegionPicker

WHEELCHAIR = [("yes", _l("Yes, in a wheelchair")), ("no", _l("No wheelchair"))]


class WheelchairForm(Form):
    """Does she come in a wheelchair?"""

    wheelchair = RadioField(
        _l("Will you come in a wheelchair?"), [chosen(_l("Please choose yes or no."))], choices=WHEELCHAIR
    )


class PhoneForm(Form):
    """Is that the phone to which reminders go?"""

    phone = RadioField(
        _l("Is this the right phone for reminders?"),
        [chosen(_l("Please choose one."))],
        choices=[("yes", _l("Yes, send reminders there")), ("wrong", _l("No, that number is wrong"))],
    )


class CompanyForm(Form):
    """Does she come alone?"""

    company = RadioField(
        _l("Do you come alone or together with somebody?"), [chosen(_l("Please choose one."))], choices=[]
    )


class CompanionForm(Form):
    """Who is the other one?"""

    name = StringField(_l("Her name"), [needed(_l("Please write the name.")), at_most(30)])
    digits = StringField(
        _l("Last four digits of her phone"), [needed(_l("Please write the four digits.")), at_most(12)]
    )
    escort = BooleanField(_l("Somebody comes along to help, who does not learn"))


class CheckForm(Form):
    """The answers, once more, with the button that enrols; an escort is nobody's usual case, so it is no question."""

    wheelchair = HiddenField()
    company = HiddenField()
    escort = BooleanField(_l("Somebody comes along to help, who does not learn"))


class EndForm(Form):
    """Ends a seat; nothing to fill in."""


class DeskEnrolForm(Form):
    """Choose a class for somebody at the desk."""

    class_id = RadioField(_l("Which class?"), [chosen(_l("Please choose a class."))], coerce=int, choices=[])
    wheelchair = BooleanField(_l("Comes in a wheelchair"))
    escort = BooleanField(_l("With an escort"))
    companion = StringField(
        _l("Together with"),
        [Optional(), at_most(40)],
        description=_l("Name, pinyin or last four digits of who comes with her. Both get a place, or neither of them."),
    )
    companion_id = RadioField(_l("Which one?"), coerce=int, choices=[], validate_choice=False)


class NewcomerForm(RegionPicker, Kept):
    """Somebody at the desk who is not on file: name, birth year, village, and a phone if she has one."""

    name = StringField(_l("Name"), [needed(_l("Please write the name.")), at_most(30)])
    birth_year = WholeNumberField(_l("Birth year"), [needed(_l("Please write the birth year, for example 1948."))])
    phone = StringField(
        _l("Phone"),
        [Optional(), at_most(30)],
        description=_l("A mobile or a landline. Leave it empty if there is none."),
    )
    same_person = RadioField(_l("Is she one of these?"), choices=[], validate_choice=False)

    def validate_birth_year(self, field: WholeNumberField) -> None:
        """A year that can be one, told together with whatever else is wrong."""
        with in_words():
            check_birth(field.data, None)

    def validate_phone(self, field: StringField) -> None:
        """A mobile or a landline, told together with whatever else is wrong."""
        with in_words():
            parse_phone(field.data)


class InviteForm(Form):
    """Invite one person who was found, or everybody who learnt in the class before."""

    person_id = WholeNumberField(_l("Who"), [Optional()])
    everybody = HiddenField()


class AnswerForm(Form):
    """Yes or no to an invitation: the button that was tapped."""

    answer = HiddenField(validators=[AnyOf(["yes", "no"], message=_l("Please choose yes or no."))])


class CopyForm(Form):
    """Which classes go on in which term, and whether their learners are asked. ``step`` is the button that was tapped."""

    classes = TickBoxes(_l("Classes"), coerce=int, choices=[], validate_choice=False)
    with_learners = BooleanField(_l("Ask their learners whether they would like to go on, and keep their places"))
    step = HiddenField()


class MergeForm(Form):
    """Merge a class into another; nothing to fill in."""


class ManyForm(Form):
    """Tick boxes of the people who are to be enrolled."""

    people = TickBoxes(_l("Residents"), coerce=int, choices=[], validate_choice=False)
    wheelchairs = TickBoxes(_l("Comes in a wheelchair"), coerce=int, choices=[], validate_choice=False)
    escorts = TickBoxes(_l("With an escort"), coerce=int, choices=[], validate_choice=False)
    may_wait = BooleanField(_l("Whoever finds no place waits for one"))
    step = HiddenField()
