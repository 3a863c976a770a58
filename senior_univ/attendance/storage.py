"""The folder of scans and photos: one folder for each lesson, in it files named by the hash of what they hold."""

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import mkstemp

from flask_babel import lazy_gettext as _l

from senior_univ.core.errors import DomainError

UNFINISHED = ".part"


@dataclass(frozen=True)
class Storage:
    """Files below ``folder``; nothing else of the computer is read or written."""

    folder: Path

    def path(self, lesson_id: int, digest: str, ending: str) -> Path:
        """Where a file lies, or would."""
        return self.folder / str(lesson_id) / f"{digest}.{ending}"

    def keep(self, lesson_id: int, content: bytes, ending: str) -> str:
        """Write a file so that it is there whole or not at all, on the disk before this returns; returns its digest."""
        digest = sha256(content).hexdigest()
        try:
            _write_whole(self.path(lesson_id, digest, ending), content)
        except OSError as error:
            raise DomainError(
                "not_stored",
                _l("There is no room left for files here, so nothing was kept. Please tell the help desk."),
                field="file",
            ) from error
        return digest

    def read(self, lesson_id: int, digest: str, ending: str) -> bytes | None:
        """What a file holds; None where it is gone."""
        try:
            return self.path(lesson_id, digest, ending).read_bytes()
        except FileNotFoundError:
            return None

    def remove(self, lesson_id: int, digest: str, ending: str) -> None:
        """Take a file away; one that is gone already is none."""
        self.path(lesson_id, digest, ending).unlink(missing_ok=True)

    def lying_since(self, instant: float) -> Iterator[Path]:
        """Every file that was last written before that time."""
        for path in self.folder.glob("*/*"):
            with suppress(FileNotFoundError):  # somebody else took it away
                if path.stat().st_mtime < instant:
                    yield path


def _write_whole(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, unfinished = mkstemp(dir=path.parent, suffix=UNFINISHED)
    try:
        with os.fdopen(handle, "wb") as written:
            written.write(content)
            written.flush()
            os.fsync(written.fileno())
        Path(unfinished).replace(path)
        _sync_folder(path.parent)
    except OSError:
        Path(unfinished).unlink(missing_ok=True)
        raise


def _sync_folder(folder: Path) -> None:
    """The new name in the folder is on the disk, too."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
