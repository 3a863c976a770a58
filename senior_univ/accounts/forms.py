"""The shapes of what people type; what is allowed is asked of the actions."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, PasswordField
from wtforms.validators import EqualTo, InputRequired

from senior_univ.accounts.models import CONSENT_LABELS, RELATION_LABELS, RIGHT_LABELS, Consent
from senior_univ.core.forms import (
    DayField,
    Form,
    Optional,
    RadioField,
    SelectField,
    StringField,
    TickBoxes,
    WholeNumberField,
    at_most,
    between,
    chosen,
    needed,
)
from senior_univ.core.versions import Versioned

OWN, BORROWED = "own", "borrowed"
RIGHT_CHOICES = [(right.value, words) for right, words in RIGHT_LABELS.items()]
ALL_RIGHTS = [right.value for right in RIGHT_LABELS]
LENGTHS = [("92", _l("Three months")), ("365", _l("One year")), ("1095", _l("Three years"))]
RECORDED = (Consent.IN_PERSON, Consent.BY_PHONE, Consent.GUARDIAN)


class PhoneForm(Form):
    """Whom a code is sent to."""

    phone = StringField(_l("What is your phone number?"), [needed(_l("Please write your phone number.")), at_most(30)])


class CodeForm(Form):
    """The code from the text, and whose device this is."""

    code = StringField(
        _l("Code from the text"), [needed(_l("Please write the six digits from the text.")), at_most(30)]
    )
    device = RadioField(
        _l("Is this device your own?"),
        [chosen()],
        choices=[(OWN, _l("My own")), (BORROWED, _l("Borrowed, or others use it too"))],
        default=OWN,
    )


class StaffForm(Form):
    """Sign-in of staff."""

    login = StringField(_l("Login name or phone number"), [needed(), at_most(40)])
    password = PasswordField(_l("Password"), [InputRequired(_l("Please write your password."))])
    is_shared = BooleanField(_l("Others use this device too"))


class PasswordForm(Form):
    """Another password."""

    old_password = PasswordField(_l("Your password until now"), [InputRequired(_l("Please write your password."))])
    new_password = PasswordField(_l("New password"), [needed()])
    repeated = PasswordField(
        _l("New password, once more"), [EqualTo("new_password", _l("The two new passwords are not the same."))]
    )


class WhomForm(Form):
    """Whom somebody new wants to enter."""

    whom = RadioField(
        _l("Who wants to learn?"),
        [chosen()],
        choices=[("self", _l("I myself")), ("elder", _l("My parent, or somebody whom I help"))],
    )


class NameForm(Form):
    """One's own name."""

    name = StringField(_l("What is your name?"), [needed(_l("Please write the name.")), at_most(30)])


class ElderNameForm(Form):
    """The elder's name."""

    name = StringField(_l("What is her or his name?"), [needed(_l("Please write the name.")), at_most(30)])


class RelationForm(Form):
    """What one is to the elder."""

    relation = RadioField(_l("What are you to her or him?"), [chosen()], choices=list(RELATION_LABELS.items()))


class BirthForm(Form):
    """A birth date; the year is enough."""

    birth_year = WholeNumberField(_l("Year"), [needed(_l("Please write the year, for example 1948."))])
    month = WholeNumberField(_l("Month"), [Optional(), between(1, 12)])
    day = WholeNumberField(_l("Day of the month"), [Optional(), between(1, 31)])


class VillageForm(Form):
    """A place, chosen from those that the page shows."""

    region_code = RadioField(
        _l("Village or community"), [chosen(_l("Please choose the place."))], choices=[], validate_choice=False
    )


class ElderPhoneForm(Form):
    """The elder's own phone, if any."""

    phone = StringField(_l("Does she or he have a phone?"), [Optional(), at_most(30)])


class RelativeForm(Form):
    """A relative whom an elder lets help."""

    name = StringField(_l("Name"), [needed(_l("Please write the name.")), at_most(30)])
    phone = StringField(_l("Mobile phone"), [needed(_l("Please write the phone number.")), at_most(30)])
    relation = RadioField(_l("What is she or he to you?"), [chosen()], choices=list(RELATION_LABELS.items()))


class TermsForm(Form):
    """What the relative may do, and how long."""

    rights = TickBoxes(_l("What may be done for you?"), choices=RIGHT_CHOICES, default=ALL_RIGHTS)
    is_main_contact = BooleanField(_l("Texts for me go to this phone where I have no mobile: my main contact"))
    length = RadioField(_l("For how long?"), [chosen()], choices=LENGTHS, default="365")


class AskForm(Form):
    """A relative asks an elder who is entered already."""

    name = StringField(_l("Her or his name"), [needed(_l("Please write the name.")), at_most(30)])
    phone = StringField(_l("Her or his phone number"), [needed(_l("Please write the phone number.")), at_most(30)])
    relation = RadioField(_l("What are you to her or him?"), [chosen()], choices=list(RELATION_LABELS.items()))
    rights = TickBoxes(_l("What would you like to do for her or him?"), choices=RIGHT_CHOICES, default=ALL_RIGHTS)


class PersonForm(Versioned):
    """A person's details, corrected by staff."""

    name = StringField(_l("Name"), [needed(_l("Please write the name.")), at_most(30)])
    birth_year = WholeNumberField(_l("Birth year"), [Optional()])
    phone = StringField(_l("Phone"), [Optional(), at_most(30)], description=_l("A mobile, a landline, or nothing."))
    region_code = SelectField(_l("Village or community"), [Optional()], choices=[], validate_choice=False)
    place = StringField(
        _l("Another village or community"), [Optional(), at_most(40)], description=_l("Its name, or a part of it.")
    )


class AgreeForm(Form):
    """The elder's yes. ``seen`` is what was asked for when the page was made."""

    seen = HiddenField()


class ConsentForm(AgreeForm):
    """How the elder, or her guardian, said yes; recorded by staff."""

    consent = RadioField(
        _l("How did she say yes?"), [chosen()], choices=[(each.value, CONSENT_LABELS[each]) for each in RECORDED]
    )
    basis = StringField(_l("For a guardian: which paper, of which date"), [Optional(), at_most(200)])
    ends_on = DayField(_l("Until"), [Optional()])


class StaffRelativeForm(Form):
    """A relative whom staff write down for an elder."""

    name = StringField(_l("Name of the relative"), [needed(_l("Please write the name.")), at_most(30)])
    phone = StringField(_l("Phone of the relative"), [needed(_l("Please write the phone number.")), at_most(30)])
    relation = RadioField(_l("What is the relative to the elder?"), [chosen()], choices=list(RELATION_LABELS.items()))
    rights = TickBoxes(_l("What may the relative do?"), choices=RIGHT_CHOICES, default=ALL_RIGHTS)
    is_main_contact = BooleanField(_l("Main contact: gets the texts where the elder has no mobile"))


class StaffAccountForm(Form):
    """A new account for somebody who works at an organisation."""

    name = StringField(_l("Name"), [needed(_l("Please write the name.")), at_most(30)])
    phone = StringField(_l("Phone"), [Optional(), at_most(30)])
    login_name = StringField(_l("Login name"), [needed(), at_most(40)])
    new_password = PasswordField(_l("Start password"), [needed()])
    organisation_id = SelectField(_l("Organisation"), [chosen()], coerce=int)
    role = SelectField(_l("Role"), [chosen()])


class RoleForm(Form):
    """One more role for somebody."""

    organisation_id = SelectField(_l("Organisation"), [chosen()], coerce=int)
    role = SelectField(_l("Role"), [chosen()])


class EmptyForm(Form):
    """A button."""
