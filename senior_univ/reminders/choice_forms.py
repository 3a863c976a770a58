"""The forms in which people choose how they are told."""

from typing import Any

from flask_babel import lazy_gettext as _l

from senior_univ.core.forms import Form, RadioField, TickBoxes, chosen
from senior_univ.reminders.choices import LANGUAGES
from senior_univ.reminders.models import FIRST_RUNG_LABELS, TOPIC_LABELS, FirstRung, Topic

TOPICS = [(topic.value, TOPIC_LABELS[topic]) for topic in Topic]
YES_NO = [("yes", _l("Yes, please")), ("no", _l("No, thank you"))]


def rungs(*, has_voice: bool) -> list[tuple[str, Any]]:
    """The ways that there are here; a call that reads the text out only where somebody makes such calls."""
    return [(each.value, FIRST_RUNG_LABELS[each]) for each in FirstRung if has_voice or each is not FirstRung.VOICE]


class TopicsForm(Form):
    """What she gets texts on."""

    topics = TickBoxes(_l("What do you want texts about?"), choices=TOPICS)


class WayForm(Form):
    """How she is told first."""

    way = RadioField(_l("How shall we tell you?"), validators=[chosen()])


class LanguageForm(Form):
    """In which language."""

    language = RadioField(_l("In which language?"), choices=list(LANGUAGES.items()), validators=[chosen()])


class WeeklyForm(Form):
    """Whether a relative hears of the week."""

    weekly = RadioField(
        _l("Shall we text you once a week which lessons they have?"), choices=YES_NO, validators=[chosen()]
    )


class PersonTextsForm(Form):
    """All of it at the desk."""

    topics = TickBoxes(_l("Gets texts on"), choices=TOPICS)
    way = RadioField(_l("Is told first"), validators=[chosen()])
    language = RadioField(_l("Language"), choices=list(LANGUAGES.items()), validators=[chosen()])
    weekly = RadioField(_l("Weekly summary of those whom she or he helps"), choices=YES_NO, validators=[chosen()])
