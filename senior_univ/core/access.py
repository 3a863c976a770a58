"""Who is looking: built once a request by accounts, given to every query and action."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from senior_univ.core.permissions import AREA_ROLES, EVERYBODY, ROLE_PERMISSIONS, Permission, Role


class Right(enum.Enum):
    """What a relative may do for her elder."""

    SEE = "see"
    ASK_LEAVE = "ask_leave"
    ENROL = "enrol"
    WITHDRAW = "withdraw"


@dataclass(frozen=True)
class Post:
    """A role at an organisation. ``prefix`` is the start of every region code below that organisation."""

    role: Role
    organisation_id: int
    prefix: str

    def gives(self, permission: Permission) -> bool:
        """Whether this post carries ``permission``."""
        return permission in ROLE_PERMISSIONS[self.role]


@dataclass(frozen=True)
class Viewer:
    """A signed-in person with her posts and the elders who let her act for them."""

    person_id: int
    name: str
    posts: tuple[Post, ...] = ()
    elders: Mapping[int, frozenset[Right]] = field(default_factory=dict)

    @cached_property
    def permissions(self) -> frozenset[Permission]:
        """Everything that any of the posts allows, and what everybody may."""
        return EVERYBODY.union(*(ROLE_PERMISSIONS[post.role] for post in self.posts))

    @property
    def is_staff(self) -> bool:
        """Whether this person works for an organisation."""
        return bool(self.posts)

    def may(self, permission: Permission) -> bool:
        """Whether any post allows ``permission``."""
        return permission in self.permissions

    def may_for(self, person_id: int, right: Right) -> bool:
        """Whether this person may do ``right`` for herself or for this elder."""
        return person_id == self.person_id or right in self.elders.get(person_id, frozenset())

    def organisation_ids(self, permission: Permission) -> frozenset[int]:
        """The organisations for which a post allows ``permission``."""
        return frozenset(post.organisation_id for post in self.posts if post.gives(permission))

    def prefixes(self, permission: Permission) -> frozenset[str]:
        """The region prefixes for which an area-wide post allows ``permission``."""
        return frozenset(post.prefix for post in self.posts if post.role in AREA_ROLES and post.gives(permission))
