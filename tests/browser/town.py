"""The demo served as it is served to people: gunicorn, the reminder process beside it, and somebody with a browser."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import Browser, Locator, Page, expect
from sqlalchemy import select

from senior_univ.accounts.models import Account, Person, PhoneKind, RoleAssignment
from senior_univ.care.models import AccessNeeds, Residency
from senior_univ.core.db import Database
from senior_univ.demo import stories
from senior_univ.demo.making import PASSWORD, make_demo
from senior_univ.enrolment.models import Seat
from tests.servers import ROOT, serve

SECONDS_FOR_A_TEXT = 20
LEARNERS = 1000
YOUNG = 1960
MILLISECONDS = 15_000
expect.set_options(timeout=MILLISECONDS)


@dataclass(frozen=True)
class Town:
    """Where it is served, and its database to look things up in."""

    base: str
    database: Database

    def phone_of(self, part: stories.Part) -> str:
        """The mobile of one of the demo's people, as she would type it."""
        with self.database.read() as session:
            account = session.scalars(select(Account).where(Account.login_name == part.login_name)).one()
            return str(account.person.phone).removeprefix("+86")

    def phone_of_some_learner(self) -> str:
        """The mobile of somebody old enough, who has no class yet and walks well."""
        with self.database.read() as session:
            found = session.scalars(
                select(Person.phone)
                .where(
                    Person.phone_kind == PhoneKind.MOBILE,
                    Person.birth_year < YOUNG,
                    Person.id.not_in(select(Seat.person_id)),
                    Person.id.not_in(select(AccessNeeds.person_id)),
                    Person.id.not_in(select(Account.person_id)),
                    Person.id.not_in(select(RoleAssignment.person_id)),
                    Person.id.not_in(select(Residency.person_id)),
                )
                .order_by(Person.id)
                .limit(1)
            ).one()
        return str(found).removeprefix("+86")


@contextmanager
def town_at(url: str) -> Iterator[Town]:
    """The demo in that empty database, served."""
    database = Database(url)
    with database.write() as session:
        make_demo(session, LEARNERS, lambda _rows: None)
    with serve(url) as base, reminding(url):
        yield Town(base, database)
    database.engine.dispose()


@contextmanager
def reminding(url: str) -> Iterator[None]:
    """The process that sends texts."""
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "scheduler"]
    process = subprocess.Popen(command, cwd=ROOT, env=os.environ | {"DATABASE_URL": url})
    try:
        yield
    finally:
        process.terminate()
        process.wait()


class Somebody:
    """A person with a browser of her own: she sees words, taps what says so, and answers what is asked."""

    def __init__(self, browser: Browser, town: Town, *, has_script: bool = True) -> None:
        self.town = town
        self.context = browser.new_context(
            base_url=town.base,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            viewport={"width": 800, "height": 1100},
            java_script_enabled=has_script,
        )
        self.context.set_default_timeout(MILLISECONDS)
        self.page: Page = self.context.new_page()
        self.pages_seen = 0
        self.page.on("load", self._count)

    def _count(self, _page: Page) -> None:
        self.pages_seen += 1

    def goes_to(self, path: str) -> None:
        self.page.goto(path)

    @property
    def main(self) -> Locator:
        return self.page.get_by_role("main")

    def taps(self, words: str | re.Pattern[str]) -> None:
        """Taps the first link or button that says these words, in the page's own part if it is there, else anywhere."""
        self.page.wait_for_load_state()  # counting does not wait, and half a page says half
        for place in (self.main, self.page):
            found = place.get_by_role("link", name=words).or_(place.get_by_role("button", name=words))
            if found.count():
                found.first.click()
                return
        raise AssertionError(f"nothing to tap says {words!r} on {self.page.url}:\n{self.main.inner_text()}")

    def ticks(self, words: str | re.Pattern[str]) -> None:
        self.main.get_by_label(words).first.check()

    def types(self, label: str | re.Pattern[str], text: str) -> None:
        self.main.get_by_label(label).first.fill(text)

    def picks(self, label: str | re.Pattern[str], choice: str | re.Pattern[str]) -> None:
        """Picks from a list the first choice that has these words."""
        box = self.main.get_by_label(label).first
        options = box.locator("option").all_inner_texts()
        box.select_option(label=next(each for each in options if re.search(choice, each)))

    def sees(self, *words: str | re.Pattern[str]) -> None:
        for each in words:
            expect(self.page.locator("body")).to_contain_text(each)

    def sees_title(self, words: str) -> None:
        expect(self.page.get_by_role("heading", level=1)).to_contain_text(words)

    def does_not_see(self, words: str) -> None:
        expect(self.page.locator("body")).not_to_contain_text(words)

    def reads_code(self, phone: str) -> str:
        """Looks into the demo's 短信 page until the code to that phone is there."""
        tail = phone[-4:]
        reader = self.context.new_page()
        deadline = time.monotonic() + SECONDS_FOR_A_TEXT
        while time.monotonic() < deadline:
            reader.goto("/texts")
            found = re.search(rf"{tail}\s+【[^】]*】\D*(\d{{6}})", reader.get_by_role("main").inner_text())
            if found:
                reader.close()
                return found[1]
            time.sleep(0.3)
        raise AssertionError(f"no code came to …{tail}")

    def signs_in_with_code(self, phone: str) -> None:
        """By phone and code, on a device of her own."""
        self.goes_to("/sign-in")
        self.types("您的手机号是多少", phone)
        self.taps("发验证码给我")
        self.sees_title("输入验证码")
        self.types("短信里的验证码", self.reads_code(phone))
        self.ticks("自己的")
        self.taps("下一步")
        self.page.wait_for_url(lambda url: "code" not in url)

    def signs_in_with_password(self, part: stories.Part) -> None:
        self.goes_to("/sign-in/staff")
        self.types("登录名或手机号", part.login_name)
        self.types("密码", PASSWORD)
        self.main.get_by_role("button", name="登录", exact=True).click()
        self.page.wait_for_url("**/")

    def signs_in_as(self, part: stories.Part) -> None:
        """With one tap on the demo's list."""
        self.goes_to("/sign-in")
        self.taps(re.compile(f"以{part.name} "))
        self.page.wait_for_url("**/")

    def leaves(self) -> None:
        self.taps("退出")
