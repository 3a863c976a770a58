"""A table of registered templates as a deployer writes it: T-<shape> for each text of the project."""

from pathlib import Path

from senior_univ.reminders.senders.templates import project_texts


def table(*senders: str, **entries: str) -> str:
    """TOML: ``entries`` are written as they stand, "" for one that is not registered."""
    lines = []
    for sender in senders:
        lines.append(f"[{sender}]")
        lines += [_line(shape, entries.get(shape)) for shape in project_texts()]
        lines += [_line(f'"{key}"', entry) for key, entry in entries.items() if key not in project_texts()]
    return "\n".join(lines) + "\n"


def _line(key: str, entry: str | None) -> str:
    if entry is None:
        return f'{key} = "T-{key}"'
    return f"{key} = {entry if entry.startswith('{') or entry.isdigit() else repr(entry)}"


def write_table(folder: Path, *senders: str, **entries: str) -> Path:
    path = folder / "templates.toml"
    path.write_text(table(*senders, **entries), encoding="utf-8")
    return path
