import os
import subprocess
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from tests.servers import ROOT

CHINESE = ROOT / "senior_univ/translations/zh_Hans_CN/LC_MESSAGES/messages.po"


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """Everything that code and templates say, read anew."""
    file = tmp_path_factory.mktemp("texts") / "messages.pot"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    subprocess.run(["make", "-s", "pot", f"POT={file}"], check=True, cwd=ROOT, env=environment)
    return load(file)


@pytest.fixture(scope="module")
def chinese() -> Catalog:
    return load(CHINESE)


def load(file: Path) -> Catalog:
    with file.open("rb") as lines:
        return read_po(lines, locale="zh_CN", ignore_obsolete=True)


def identities(catalogue: Catalog) -> set[object]:
    return {(message.context, message.id) for message in catalogue if message.id}


def test_every_text_is_in_the_catalogue(texts: Catalog, chinese: Catalog) -> None:
    assert identities(texts) - identities(chinese) == set(), "run make translations"


def test_catalogue_holds_no_text_that_nothing_says(texts: Catalog, chinese: Catalog) -> None:
    assert identities(chinese) - identities(texts) == set(), "run make translations"


def test_every_text_is_translated(chinese: Catalog) -> None:
    assert [message.id for message in chinese if message.id and not all_parts(message.string)] == []


def all_parts(translation: str | tuple[str, ...]) -> bool:
    return all(translation) if isinstance(translation, tuple) else bool(translation)


def test_no_translation_is_a_guess(chinese: Catalog) -> None:
    assert [message.id for message in chinese if message.id and message.fuzzy] == []


def test_translations_keep_the_placeholders(chinese: Catalog) -> None:
    assert [(message.id, error) for message, errors in chinese.check() for error in errors] == []
