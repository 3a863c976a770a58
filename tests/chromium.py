"""Debian's Chromium, driven by Playwright, and the two checkers that every page is held against."""

import json
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from tests.servers import ROOT

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
CHECKERS = ROOT / ".venv/checkers/node_modules"
AXE = CHECKERS / "axe-core/axe.min.js"
NU = CHECKERS / "vnu-jar/build/dist/vnu.jar"


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless browser, closed with the block."""
    path = shutil.which("chromium")
    if path is None:
        raise RuntimeError("Chromium is not installed; scripts/install test installs it")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


CONTRAST = ("color-contrast", "color-contrast-enhanced")
AXE_OPTIONS = {
    "resultTypes": ["violations", "incomplete"],
    "rules": {"color-contrast-enhanced": {"enabled": True}, "target-size": {"enabled": True}},
}
"""Text is held to 7:1 as well."""


def axe_results(page: Page, **options: Any) -> dict[str, list[dict[str, Any]]]:
    """What axe finds on the page as it stands: ``violations`` and ``incomplete``; options as axe.run takes them."""
    if not page.evaluate("typeof window.axe === 'object'"):
        page.evaluate(AXE.read_text())  # a script element would be refused by the page's own policy
    found: dict[str, list[dict[str, Any]]] = page.evaluate(
        "options => axe.run(document, options).then(({violations, incomplete}) => ({violations, incomplete}))",
        AXE_OPTIONS | options,
    )
    return found


def axe_problems(page: Page) -> list[str]:
    """What axe holds against the page, in words; contrast that it cannot tell counts too."""
    results = axe_results(page)
    unclear = [rule for rule in results["incomplete"] if rule["id"] in CONTRAST]
    return [
        f"axe {rule['id']}: {node['html'][:120]} {node['any'][0]['message'] if node['any'] else rule['help']}"
        for rule in results["violations"] + unclear
        for node in rule["nodes"]
    ]


def nu_messages(pages: dict[str, str]) -> list[dict[str, Any]]:
    """Errors and warnings of the Nu HTML checker; the pages' HTML by name (a name is a file name without its ending).

    One start of the checker costs seconds, so hand it many pages at once.
    """
    with tempfile.TemporaryDirectory() as folder:
        for name, html in pages.items():
            (Path(folder) / f"{name}.html").write_text(html)
        command = ["java", "-jar", str(NU), "--format", "json", "--exit-zero-always", folder]
        output = subprocess.run(command, check=True, capture_output=True, text=True).stderr
    found: list[dict[str, Any]] = json.loads(output)["messages"]
    return found
