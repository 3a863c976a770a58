"""What is compiled once per worker, since compiling takes longer than most tests: routes, statements, templates.

Every test still makes an application, and engines, of its own.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from types import CodeType
from typing import Any

import pytest
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import Dialect, Engine, create_engine, event, make_url
from werkzeug.routing import Rule

from senior_univ.core import db

STATEMENTS = 4000
"""More than the application has."""


class CompiledTemplates(BytecodeCache):
    """What Jinja compiled for one test's application serves the next one's."""

    def __init__(self) -> None:
        self.kept: dict[str, tuple[str, CodeType]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        checksum, code = self.kept.get(bucket.key, ("", None))
        if checksum == bucket.checksum:
            bucket.code = code

    def dump_bytecode(self, bucket: Bucket) -> None:
        assert bucket.code is not None
        self.kept[bucket.key] = bucket.checksum, bucket.code


TEMPLATES = CompiledTemplates()


@contextmanager
def routes_compiled_once() -> Iterator[None]:
    """A route that one application has compiled is taken over by the next one's route of the same address."""
    compile_route = Rule.compile
    made: dict[tuple[object, ...], Rule] = {}

    def compiled(rule: Rule) -> None:
        assert rule.map is not None
        key = (rule.rule, rule.subdomain, rule.host, repr(rule.defaults), rule.merge_slashes, *_converters(rule))
        if key not in made:
            compile_route(rule)
            made[key] = rule
            return
        twin = made[key]
        rule._parts, rule._trace, rule._converters = twin._parts, twin._trace, twin._converters
        rule._build = twin._build.__func__.__get__(rule, None)  # type: ignore[attr-defined]
        rule._build_unknown = twin._build_unknown.__func__.__get__(rule, None)  # type: ignore[attr-defined]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rule, "compile", compiled)
        yield


def _converters(rule: Rule) -> Iterator[object]:
    """What turns the arguments of addresses into values, by name, in the map of that route."""
    assert rule.map is not None
    return iter(sorted((name, id(kind)) for name, kind in rule.map.converters.items()))


@contextmanager
def engines_share_statements() -> Iterator[None]:
    """All engines of a kind of database share one dialect, and what it compiled."""
    shared: dict[str, Engine] = {}

    def create(url: str, **options: Any) -> Engine:
        known = shared.get(make_url(url).get_backend_name())
        is_known = known is not None and known.dialect.server_version_info is not None
        engine = create_engine(url, query_cache_size=STATEMENTS, _initialize=not is_known, **options)
        if known is None:
            shared[engine.name] = engine
        else:
            if not is_known:
                event.listen(engine, "connect", partial(_hand_over, engine.dialect, known.dialect))
            engine.dialect, engine._compiled_cache = known.dialect, known._compiled_cache
        return engine

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(db, "create_engine", create)
        yield


def _hand_over(asked: Dialect, shared: Dialect, *_connection: object) -> None:
    """What the first connection of all learned of the server, for the dialect that is shared."""
    vars(shared).update(vars(asked))
