"""Production's first administrator, from the command line."""

import click
from flask import Flask, current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from senior_univ.accounts import actions
from senior_univ.accounts.actions import NewAccount
from senior_univ.accounts.passwords import hash_password
from senior_univ.core.errors import DomainError
from senior_univ.core.permissions import Role
from senior_univ.network.models import Organisation, OrganisationKind, Region


def bureau(session: Session, city: str) -> Organisation:
    """The city's education bureau, made where there is none; ClickException without the region codes."""
    region = session.get(Region, city)
    if region is None:
        raise click.ClickException(f"REGION: {city} is not in the table of regions; run `make migrate` first.")
    at_city = select(Organisation).where(
        Organisation.region_code == city, Organisation.kind == OrganisationKind.EDUCATION_BUREAU
    )
    found = session.scalar(at_city.order_by(Organisation.id).limit(1))
    if found is None:
        found = Organisation(name=f"{region.name}教育局", kind=OrganisationKind.EDUCATION_BUREAU, region_code=city)
        session.add(found)
        session.flush()  # roles refer to its id
    return found


def create_administrator(new: NewAccount) -> None:
    """Write the account down, with its role at the city's education bureau."""
    with current_app.extensions["database"].write() as session:
        organisation = bureau(session, current_app.config["SETTINGS"].region)
        actions.add_staff(session, new, organisation, Role.ADMINISTRATOR, by=None)


def init_app(app: Flask) -> None:
    """Add ``flask create-admin``."""

    @app.cli.command("create-admin")
    @click.option("--name", prompt="Name 姓名")
    @click.option("--login", prompt="Login name 登录名")
    @click.option("--phone", prompt="Phone, or nothing 手机号（可不填）", default="", show_default=False)
    @click.password_option(prompt="Password 密码", confirmation_prompt="Once more 再输一遍")
    def create_admin(name: str, login: str, phone: str, password: str) -> None:
        """Make an administrator: asks for name, login name, phone and, twice, the password."""
        try:
            create_administrator(NewAccount(name, phone, login, hash_password(password)))
        except DomainError as refusal:
            raise click.ClickException(str(refusal.message)) from None
        click.echo(f"{login} can sign in at /sign-in/staff.")
