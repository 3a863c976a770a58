"""The flat parameters of a text, for providers that take registered templates only.

Our own texts have lists and options; a registered template has neither, and takes no empty value. So each kind has a
few shapes (one lesson or many, admitted or not), of which ``flat`` chooses one by the very parameters that the text was
made of, and fills it with single words: the first lesson, all names, how many lessons there are.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from flask_babel import force_locale

from config import Settings
from senior_univ.accounts.rules import phone_words
from senior_univ.core.i18n import DEFAULT_LANGUAGE
from senior_univ.reminders import texts
from senior_univ.reminders.models import CHANGES, MessageKind
from senior_univ.reminders.places import said_place

DAY, TIME, WEEKDAY = (texts.environment.filters[name] for name in ("day", "time", "weekday"))
Parameters = Mapping[str, Any]
PLAIN = ("digits", "by", "relative", "was", "waits", "hours", "site", "paper", "who", "unit", "round", "reason")
DAYS = ("from_on", "to_on", "last_day")
WHY = {
    "zh": {
        "snow": "冰雪",
        "heat": "高温",
        "rainstorm": "暴雨",
        "pollution": "重污染天气",
        "epidemic": "疫情防控",
        "farming": "农忙",
        "other": "特殊情况",
    },
    "en": {"farming": "the harvest", "pollution": "bad air", "other": "special reasons"},
}
INSTEAD = {
    "zh": {"phone": "教学点", "paper": "安全审查", "place": "原地点", "site": "教学点", "reason": "另行说明"},
    "en": {"phone": "your site", "paper": "background check", "place": "the usual place", "site": "your site"},
}
"""What stands where there is nothing to say, since no registered template takes an empty value."""


def flat(kind: MessageKind, language: str, parameters: Parameters, settings: Settings) -> tuple[str, dict[str, str]]:
    """(shape, {name: word}): the key of senders/templates.toml that tells this, and every flat value there is."""
    spoken = "en" if language == "en" else "zh"
    with force_locale(language or DEFAULT_LANGUAGE):
        values = {name: str(value) for name, value in _values(kind, parameters, spoken, settings).items()}
    return _shape(kind, parameters), {name: _clean(value) for name, value in values.items()}


def _clean(value: str) -> str:
    """Without what providers refuse in a value: brackets of signatures and line breaks."""
    return "".join("，" if each in "\r\n" else each for each in value if each not in "【】")


def _count(parameters: Parameters) -> int:
    listed = len(parameters.get("items") or parameters.get("changes") or parameters.get("lessons") or ())
    return max(int(parameters.get("count") or 0), listed + int(parameters.get("more") or 0))


def _shape_of_changes(kind: MessageKind, parameters: Parameters) -> str:
    if _count(parameters) > 1:
        return f"{kind.value}_many"
    [change] = parameters["changes"]
    if change["is_cancelled"] or change["is_moved"]:
        return MessageKind.LESSON_CANCELLED.value if change["is_cancelled"] else MessageKind.LESSON_MOVED.value
    return "lesson_moved_elsewhere" if change.get("is_elsewhere", True) else "lesson_moved_teacher"


def _shape_of_list(kind: MessageKind, parameters: Parameters) -> str:
    return f"{kind.value}_many" if _count(parameters) > 1 else kind.value


def _shape_of_result(kind: MessageKind, parameters: Parameters) -> str:
    if parameters["items"]:
        return _shape_of_list(kind, parameters)
    return f"{kind.value}_waits" if parameters["waits"] else f"{kind.value}_refused"


def _shape_of_answer(kind: MessageKind, parameters: Parameters) -> str:
    ends = {"accepted": "", "declined": "_declined"}
    return kind.value + ends.get(parameters["outcome"], "_refused")


def _shape_of_volunteer(kind: MessageKind, parameters: Parameters) -> str:
    return kind.value if parameters["is_approved"] else f"{kind.value}_declined"


def _shape_of_reply(kind: MessageKind, parameters: Parameters) -> str:
    named = {"leave", "refused", "stopped", "started"}
    return f"{kind.value}_{parameters['outcome']}" if parameters["outcome"] in named else kind.value


SHAPES: dict[MessageKind, Callable[[MessageKind, Parameters], str]] = {
    MessageKind.REMINDER_EVENING: _shape_of_list,
    MessageKind.REMINDER_MORNING: _shape_of_list,
    MessageKind.LESSONS_SUSPENDED: _shape_of_list,
    MessageKind.LESSONS_RESUMED: _shape_of_list,
    MessageKind.LESSON_MOVED: _shape_of_changes,
    MessageKind.LESSON_CANCELLED: _shape_of_changes,
    MessageKind.ADMISSION_RESULT: _shape_of_result,
    MessageKind.WAITING_ANSWERED: _shape_of_answer,
    MessageKind.VOLUNTEER_ANSWERED: _shape_of_volunteer,
    MessageKind.REPLY_TAKEN: _shape_of_reply,
}


def _shape(kind: MessageKind, parameters: Parameters) -> str:
    """Which of the kind's templates fits; the kind's own name where it has but one."""
    shape = SHAPES.get(kind)
    return shape(kind, parameters) if shape else kind.value


def _values(kind: MessageKind, parameters: Parameters, spoken: str, settings: Settings) -> dict[str, Any]:
    values = {name: parameters[name] for name in PLAIN if name in parameters}
    values |= {name: DAY(parameters[name]) for name in DAYS if parameters.get(name)}
    values |= _of_lesson(parameters) | (_of_change(parameters) if kind in CHANGES else {})
    values |= parameters.get("answers") or {}
    values["name"] = _names(parameters, spoken)
    values["count"] = _count(parameters)
    values["phone"] = _phone(parameters, settings)
    if why := parameters.get("why"):
        values["why"] = WHY[spoken].get(why, why)
    return values | {name: word for name, word in INSTEAD[spoken].items() if not values.get(name)}


def _of_lesson(parameters: Parameters) -> dict[str, Any]:
    """Day, time, course and place of the first lesson that is told of, else of the text itself."""
    told = parameters.get("items") or parameters.get("lessons") or [parameters]
    first = dict(parameters) | dict(told[0])
    values = {name: said_place(first[name]) for name in ("course", "place") if first.get(name)}
    return values | (_moment(first["starts_at"]) if first.get("starts_at") else {})


def _of_change(parameters: Parameters) -> dict[str, Any]:
    changes = parameters.get("changes")
    if not changes:
        return {}
    first = changes[0]
    old = {f"old_{name}": value for name, value in _moment(first["old_at"]).items()}
    teacher = {"teacher": first["teachers"][1]} if first.get("teachers") else {}
    return old | _moment(first["new_at"]) | {"place": said_place(first["place"])} | teacher


def _moment(text: str) -> dict[str, str]:
    return {"day": DAY(text) + WEEKDAY(text), "time": TIME(text)}


def _names(parameters: Parameters, spoken: str) -> str:
    items: Iterable[Mapping[str, Any]] = parameters.get("items") or ()
    of_items = list(dict.fromkeys(each["name"] for each in items if each.get("name")))
    names = of_items or parameters.get("names") or [parameters.get("name", "")]
    return ("、" if spoken == "zh" else ", ").join(names)


def _phone(parameters: Parameters, settings: Settings) -> str:
    """One number to call back, as it is dialled."""
    phones = [each for each in parameters.get("phones", ()) if each] or [settings.help_phone]
    return phone_words(phones[0]).replace(" ", "")
