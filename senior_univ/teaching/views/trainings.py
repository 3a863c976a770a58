"""The yearly training of community-education workers: who has done it, who has not; trainings and who took part."""

from datetime import date
from typing import Any, cast

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy import func, select

from senior_univ.accounts.models import Person
from senior_univ.core import clock
from senior_univ.core.errors import NotFoundError
from senior_univ.core.forms import clean_text
from senior_univ.core.paging import page_of, paginate
from senior_univ.core.permissions import Permission
from senior_univ.core.versions import changed_meanwhile
from senior_univ.core.web import Page, allow, carry_out, db, found, number_asked, render, signed_in
from senior_univ.network.models import Organisation
from senior_univ.network.queries import counties_of, is_in_scope, organisation_for, teaching_organisations
from senior_univ.teaching import actions, queries, training_sums
from senior_univ.teaching.forms import DONE, MISSING, PartsForm, TrainingForm, WorkerFilter, YearFilter
from senior_univ.teaching.models import Training
from senior_univ.teaching.views.blueprint import blueprint

PAGE_SIZE = 25
YEARS_SHOWN = 5
RIGHT = Permission.KEEP_TRAININGS


@blueprint.get("/trainings")
@allow(RIGHT)
def trainings() -> Page:
    """Who of an organisation's or a county's workers has done a year's training, and the trainings that there were."""
    who, year = signed_in(), _year_asked()
    form = WorkerFilter(request.args, meta={"csrf": False})
    form.year.data = str(year)
    counties = counties_of(db(), who, RIGHT)
    form.offer(_years(), counties, teaching_organisations(db(), who, RIGHT))
    county = form.county.data if form.county.data in {each.code for each in counties} else ""
    everybody = queries.workers(who, number_asked("organisation"), county or "")
    done = queries.was_trained(year)
    narrowed = {MISSING: everybody.where(~done), DONE: everybody.where(done)}.get(form.state.data or "", everybody)
    page = paginate(db(), narrowed, PAGE_SIZE)
    ids = [each.id for each in page.rows]
    return render(
        "teaching/trainings.html",
        form=form,
        has_counties=len(counties) > 1,
        year=year,
        page=page,
        counts=_counts(everybody, done),
        hours=queries.training_hours(db(), ids, year),
        workplaces=queries.workplaces_of(db(), ids),
        trainings=db().scalars(queries.visible_trainings(who, year)).all(),
    )


@blueprint.get("/trainings/overview")
@allow(RIGHT)
def training_overview() -> Page:
    """How many have done a year's training: the counties, then one county's organisations, from where its people are seen."""
    who, year = signed_in(), _year_asked()
    counties = {each.code: each for each in counties_of(db(), who, RIGHT)}
    form = YearFilter(request.args, meta={"csrf": False})
    form.offer(_years())
    form.year.data = str(year)
    asked = request.args.get("county") or (next(iter(counties)) if len(counties) == 1 else "")
    if asked and asked not in counties:
        raise NotFoundError
    is_by_county = len(counties) > 1 and not asked
    if is_by_county:
        rows = training_sums.by_county(db(), who, year)
    else:
        rows = training_sums.by_organisation(db(), who, year, asked)
    return render(
        "teaching/training_overview.html",
        form=form,
        year=year,
        county=counties.get(asked),
        is_by_county=is_by_county,
        is_alone=len(counties) < 2,
        page=page_of(rows, PAGE_SIZE),
        everybody=training_sums.sum_of(db(), who, year, asked),
    )


def _year_asked() -> int:
    return number_asked("year", clock.today().year, least=2000, most=clock.today().year + 1) or clock.today().year


def _years() -> list[int]:
    this = clock.today().year
    return sorted({*range(this + 1, this - YEARS_SHOWN, -1), _year_asked()}, reverse=True)


def _counts(everybody: Any, done: Any) -> tuple[int, int]:
    """(all, done): two counts over the same people."""
    people = everybody.order_by(None).with_only_columns(Person.id)
    total = select(func.count()).select_from(people.subquery())
    trained = select(func.count()).select_from(people.where(done).subquery())
    row = db().execute(select(total.scalar_subquery(), trained.scalar_subquery())).one()
    return row[0], row[1]


@blueprint.route("/trainings/new", methods=["GET", "POST"])
@allow(RIGHT)
def new_training() -> Page:
    """Write down a training."""
    who = signed_in()
    form = TrainingForm()
    form.offer(_organisers())
    if form.validate_on_submit():
        holder = organisation_for(db(), who, RIGHT, form.organisation_id.data)
        if added := carry_out(form, lambda: actions.add_training(db(), holder, _details(form), by=who)):
            flash(_("The training is added. Now tick who took part."), "ok")
            return redirect(url_for("teaching.training", training_id=added.id), 303)
    return render("teaching/training_form.html", form=form, training=None)


def _organisers() -> list[Organisation]:
    """The organisations that the viewer works for: they hold trainings."""
    ids = signed_in().organisation_ids(RIGHT)
    return list(db().scalars(select(Organisation).where(Organisation.id.in_(ids)).order_by(Organisation.id)))


@blueprint.route("/trainings/<int:training_id>/edit", methods=["GET", "POST"])
@allow(RIGHT)
def edit_training(training_id: int) -> Page:
    """Correct a training; whoever saves second sees what the first has changed."""
    training = _own_training(training_id)
    form = TrainingForm(obj=training)
    form.offer([training.organisation])
    changes = changed_meanwhile(db(), form, training)
    is_clear = form.validate_on_submit() and not changes
    if is_clear and carry_out(form, lambda: actions.change_training(db(), training, _details(form), by=signed_in())):
        flash(_("Your changes have been kept."), "ok")
        return redirect(url_for("teaching.training", training_id=training_id), 303)
    return render("teaching/training_form.html", form=form, training=_own_training(training_id), changes=changes)


@blueprint.post("/trainings/<int:training_id>/remove")
@allow(RIGHT)
def remove_training(training_id: int) -> Page:
    """It was written down by mistake."""
    training = _own_training(training_id)
    carry_out(None, lambda: actions.remove_training(db(), training, by=signed_in()))
    flash(_("The training is removed."), "ok")
    return redirect(url_for("teaching.trainings"), 303)


@blueprint.route("/trainings/<int:training_id>", methods=["GET", "POST"])
@allow(RIGHT)
def training(training_id: int) -> Page:
    """A training and who took part; each site ticks its own people, those who hold it everybody in their area."""
    who = signed_in()
    shown = queries.training_for(db(), who, training_id)
    form = PartsForm()
    people = queries.workers(who)
    text = (clean_text(request.args.get("name")) or "")[:40]
    page = paginate(db(), people.where(queries.is_called(text)) if text else people, PAGE_SIZE)
    rows = page.rows
    if form.is_submitted():
        rows = list(db().scalars(people.where(Person.id.in_(form.shown_ids()))))
    ids = [each.id for each in rows]
    workplaces = queries.workplaces_of(db(), ids)
    form.offer((each.id, _(", ").join([each.name, *workplaces[each.id]])) for each in rows)
    if form.validate_on_submit() and carry_out(
        form, lambda: actions.write_parts(db(), shown, form.present.data or (), ids, by=who)
    ):
        flash(_("Your changes have been kept."), "ok")
        return redirect(url_for("teaching.training", training_id=training_id, name=text or None, page=page.number), 303)
    if not form.is_submitted():
        form.present.data = sorted(queries.took_part(db(), training_id, ids))
    return render(
        "teaching/training.html",
        form=form,
        training=queries.training_for(db(), who, training_id),
        page=page,
        text=text,
        is_own=is_in_scope(db(), who, RIGHT, shown.organisation_id),
        is_to_come=shown.on > clock.today(),
    )


def _own_training(training_id: int) -> Training:
    """A training that one of the viewer's organisations holds."""
    training = queries.training_for(db(), signed_in(), training_id)
    return found(training if is_in_scope(db(), signed_in(), RIGHT, training.organisation_id) else None)


def _details(form: TrainingForm) -> actions.TrainingDetails:
    return actions.TrainingDetails(form.name.data or "", cast("date", form.on.data), form.hours.data or 0)
