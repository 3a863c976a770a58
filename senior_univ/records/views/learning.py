"""我的学习档案: hours and certificates of one person, for herself, her relative and her site; as a spreadsheet, too."""

from werkzeug.wrappers import Response

from senior_univ.accounts.models import Person
from senior_univ.accounts.queries import person_for
from senior_univ.core.permissions import Permission
from senior_univ.core.web import Page, allow, db, found, learner_id, render, signed_in
from senior_univ.records import queries, sheets
from senior_univ.records.views.blueprint import blueprint


@blueprint.get("/my-record-of-learning")
@allow(Permission.LEARN)
def my_learning() -> Page:
    """Her hours by term and class, and her certificates."""
    return render("records/my_learning.html", **_record(found(db().get(Person, learner_id()))))


@blueprint.get("/my-record-of-learning/print")
@allow(Permission.LEARN)
def print_my_learning() -> Page:
    """The same as a sheet."""
    return render("records/learning_sheet.html", is_own=True, **_record(found(db().get(Person, learner_id()))))


@blueprint.get("/my-record-of-learning/xlsx")
@allow(Permission.LEARN)
def my_learning_xlsx() -> Page:
    """The same as a spreadsheet."""
    return _spreadsheet(found(db().get(Person, learner_id())))


@blueprint.get("/people/<int:person_id>/learning")
@allow(Permission.KEEP_PEOPLE)
def learning(person_id: int) -> Page:
    """The record of somebody of the viewer's site or home."""
    person = person_for(db(), signed_in(), Permission.KEEP_PEOPLE, person_id)
    return render("records/learning.html", **_record(person))


@blueprint.get("/people/<int:person_id>/learning/print")
@allow(Permission.KEEP_PEOPLE)
def print_learning(person_id: int) -> Page:
    """The same as a sheet."""
    person = person_for(db(), signed_in(), Permission.KEEP_PEOPLE, person_id)
    return render("records/learning_sheet.html", is_own=False, **_record(person))


@blueprint.get("/people/<int:person_id>/learning/xlsx")
@allow(Permission.KEEP_PEOPLE)
def learning_xlsx(person_id: int) -> Page:
    """The same as a spreadsheet."""
    return _spreadsheet(person_for(db(), signed_in(), Permission.KEEP_PEOPLE, person_id))


def _record(person: Person) -> dict[str, object]:
    return {"person": person, "record": queries.learning_record(db(), person.id)}


def _spreadsheet(person: Person) -> Response:
    content = sheets.learning_sheet(person, queries.learning_record(db(), person.id))
    headers = {"Content-Disposition": f'attachment; filename="learning-{person.id}.xlsx"'}
    return Response(content, mimetype=sheets.XLSX, headers=headers)
