import re
import subprocess

from tests.servers import ROOT

MACHINE_PATH = re.compile(r"(?<![\w.$])/(?:home|Users|root|work|opt/\w+)/\w")
REGISTRY = re.compile(
    r"\b(?:pypi\.org|files\.pythonhosted|npmjs\.(?:org|com)|deb\.debian\.org)|--(?:extra-)?index-url|--find-links"
)
HERE = "tests/whole_app/test_tracked_files.py"


def tracked_texts() -> dict[str, str]:
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    texts = {}
    for name in names.split("\0"):
        if name in {"", HERE} or not (ROOT / name).is_file():
            continue
        try:
            texts[name] = (ROOT / name).read_text()
        except UnicodeDecodeError:
            continue
    return texts


def test_no_tracked_file_names_a_path_of_some_machine() -> None:
    assert [name for name, text in tracked_texts().items() if MACHINE_PATH.search(text)] == []


def test_no_tracked_file_names_the_host_of_a_package_registry() -> None:
    assert [name for name, text in tracked_texts().items() if REGISTRY.search(text)] == []
