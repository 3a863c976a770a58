import ast
from pathlib import Path

from tests.servers import ROOT

PACKAGE = ROOT / "senior_univ"
OPEN_TO_OTHERS = {"models", "queries", "actions", "events", "rules"}
SHARED = (
    "senior_univ.network.forms.RegionPicker",
    "senior_univ.timetable.pictures",
    "senior_univ.timetable.weeks",
    "senior_univ.enrolment.facts",
    "senior_univ.enrolment.places",
)
"""The form part of every feature with a village; the week, which shows any list of lessons; what decides whether
somebody may have a seat and whether there is one, which the waiting list and the allocation day ask, too."""
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
