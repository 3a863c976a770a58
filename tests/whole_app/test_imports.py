import ast
from pathlib import Path

from tests.servers import ROOT

PACKAGE = ROOT / "senior_univ"
OPEN_TO_OTHERS = {"models", "queries", "actions", "events", "rules"}
SHARED = (
    # The form part of every feature with a village.
    "senior_univ.network.forms.RegionPicker",
    # The week and its picture, which show any list of lessons.
    "senior_univ.timetable.weeks",
    "senior_univ.timetable.care_weeks",
    "senior_univ.timetable.sheets",
    "senior_univ.timetable.pictures",
    # Where a lesson is and how one joins it online is said the same way wherever lessons are listed.
    "senior_univ.timetable.places",
    "senior_univ.timetable.online",
    "senior_univ.timetable.meeting_servers",
    "senior_univ.timetable.views.joining",
    # What decides whether somebody may have a seat and whether there is one: the queue and the allocation day ask, too.
    "senior_univ.enrolment.facts",
    "senior_univ.enrolment.places",
    # Two who come together or not at all: where there is no room for both, both wait.
    "senior_univ.enrolment.together",
    # Actions that outgrew one file and were split by what they are about.
    "senior_univ.allocation.draw",
    "senior_univ.allocation.settling",
    "senior_univ.attendance.attachments",
    "senior_univ.attendance.pictures",
    "senior_univ.attendance.storage",
    "senior_univ.enrolment.copying",
    "senior_univ.partnerships.to_answer",
    "senior_univ.enrolment.too_few",
    "senior_univ.timetable.bookings",
    "senior_univ.timetable.booking_queries",
    "senior_univ.timetable.room_days",
    # What a closed unit means for its lessons is shown beside the leave of its residents.
    "senior_univ.timetable.quarantines",
    "senior_univ.timetable.checks",
    "senior_univ.timetable.class_settings",
    # What is suspended: its call sheet is in reminders, which knows who was told.
    "senior_univ.timetable.calendar_models",
    # The demo has a class with a co-teacher.
    "senior_univ.timetable.co_teachers",
    "senior_univ.timetable.suspensions",
    # The exchange's news and what waits stand on the first screen; the demo tells some.
    "senior_univ.partnerships.news",
    "senior_univ.partnerships.waiting_items",
    "senior_univ.timetable.settled_bookings",
    # The first screen says how many calls are to be made and answers to be read.
    "senior_univ.reminders.calls",
    "senior_univ.reminders.inbox",
    # The first screen says how much there is to settle.
    "senior_univ.timetable.settling",
    # What stands against a time, and what only warns: homes, rooms and teachers change under lessons that stand.
    "senior_univ.timetable.cautions",
    "senior_univ.timetable.conflicts",
    "senior_univ.timetable.refusals",
    "senior_univ.timetable.verdicts",
    # What enrolment decides of a class, copying, merging and moving it, is chosen and said as in the timetable.
    "senior_univ.timetable.views.scopes",
    "senior_univ.timetable.forms.MoveClassForm",
    "senior_univ.timetable.forms.given",
)
NO_FEATURES = {"core", "wiring", "features"}


def imported_modules(file: Path) -> set[str]:
    """Modules, or names in them, that a file imports, dotted."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def reaches_inside(importer: str, imported: str) -> bool:
    root, feature, *rest = [*imported.split("."), ""]
    if root != "senior_univ" or imported.startswith(SHARED) or feature in NO_FEATURES | {importer, ""}:
        return False
    return rest[0] not in OPEN_TO_OTHERS


def test_features_import_only_the_open_modules_of_other_features() -> None:
    wrong = [
        f"{file.relative_to(ROOT)}: {imported}"
        for file in sorted(PACKAGE.glob("*/**/*.py"))
        for imported in sorted(imported_modules(file))
        if reaches_inside(file.relative_to(PACKAGE).parts[0], imported)
    ]
    assert wrong == []


def test_functions_import_nothing() -> None:
    wrong = [
        f"{file.relative_to(ROOT)}:{node.lineno}"
        for file in sorted(PACKAGE.glob("**/*.py"))
        for function in ast.walk(ast.parse(file.read_text()))
        if isinstance(function, ast.FunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert wrong == []
