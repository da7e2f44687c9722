"""Who people are: levels of the organisation, kinds of member, roles, and the one table of permissions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from study.refusal import Refusal


class Level(StrEnum):
    """What a unit is. The tree may be of any depth; nothing but names depends on the level."""

    COMMITTEE = "committee"  # 党委
    GENERAL_BRANCH = "general_branch"  # 党总支
    BRANCH = "branch"  # 党支部
    GROUP = "group"  # 党小组


class MemberKind(StrEnum):
    FULL = "full"  # 正式党员
    PROBATIONARY = "probationary"  # 预备党员
    MOBILE = "mobile"  # 流动党员
    RETIRED = "retired"  # 离退休党员


class Standing(StrEnum):
    """How somebody stands in the Party, as far as votes and duties go."""

    REGULAR = "regular"
    WATCHED = "watched"  # 留党察看: no vote (基层组织选举工作条例, 2020, Art. 5)
    SUSPENDED = "suspended"  # rights or membership suspended


class Role(StrEnum):
    """A role holds for one unit and all below it. Everybody on the roster is a member."""

    SECRETARY = "secretary"
    ADMINISTRATOR = "administrator"


class Permission(StrEnum):
    INVITE = "invite"  # make and revoke ways in for people of the unit
    SEE_MEMBERS = "see_members"  # names and joining state
    SEE_STATS = "see_stats"  # anonymous totals
    GIVE_POINTS = "give_points"  # grant and reverse, with a reason
    DECIDE_APPEALS = "decide_appeals"  # look again at answers, and accept wordings
    SEND_NOTICES = "send_notices"
    SET_UNIT = "set_unit"  # switches of the unit, such as the ranking
    KEEP_MEETINGS = "keep_meetings"  # plan meetings, keep their roll and record
    MANAGE_ROSTER = "manage_roster"
    MANAGE_ROLES = "manage_roles"
    MANAGE_PACKS = "manage_packs"
    ANSWER_FEEDBACK = "answer_feedback"
    SEE_AUDIT = "see_audit"


_SECRETARY = frozenset(
    {
        Permission.INVITE,
        Permission.SEE_MEMBERS,
        Permission.SEE_STATS,
        Permission.GIVE_POINTS,
        Permission.DECIDE_APPEALS,
        Permission.SEND_NOTICES,
        Permission.SET_UNIT,
        Permission.KEEP_MEETINGS,
    }
)

# The only place that says who may do what. What is not listed is denied.
PERMISSIONS: Mapping[Role, frozenset[Permission]] = {
    Role.SECRETARY: _SECRETARY,
    Role.ADMINISTRATOR: _SECRETARY
    | {
        Permission.MANAGE_ROSTER,
        Permission.MANAGE_ROLES,
        Permission.MANAGE_PACKS,
        Permission.ANSWER_FEEDBACK,
        Permission.SEE_AUDIT,
    },
}


class NotJoined(Refusal):
    """Whoever asks is bound to nobody on the roster."""

    key = "refusal.not_joined"


class NotAllowed(Refusal):
    """The actor's roles do not reach that far."""

    key = "refusal.not_allowed"


class NoSuchMember(Refusal):
    """Nobody (any more) on the roster under this number."""

    key = "refusal.no_such_member"


class NoSuchUnit(Refusal):
    """No unit (any more) under this number or name."""

    key = "refusal.no_such_unit"


@dataclass(frozen=True)
class Post:
    """A role held now, and the path of the unit it holds for."""

    role: Role
    unit_path: str


@dataclass(frozen=True)
class Actor:
    """Whoever asks for something. The command line acts with `member_id` None and may do everything."""

    member_id: int | None
    name: str
    unit_id: int
    unit_path: str
    timezone: str
    kind: str = MemberKind.FULL
    locale: str = "zh"
    in_ranking: bool = True
    posts: tuple[Post, ...] = ()
    everything: bool = False

    def may(self, permission: Permission, unit_path: str) -> bool:
        """Whether the permission holds for the unit at `unit_path`."""
        return self.everything or any(unit_path.startswith(path) for path in self.reach(permission))

    def may_anywhere(self, permission: Permission) -> bool:
        return self.everything or bool(self.reach(permission))

    def reach(self, permission: Permission) -> tuple[str, ...]:
        """The paths of the units, each with all below it, for which the permission holds."""
        if self.everything:
            return ("/",)
        return tuple(post.unit_path for post in self.posts if permission in PERMISSIONS[post.role])

    def covers(self, posts: Iterable[Post]) -> bool:
        """Whether whoever holds these posts may do nothing that the actor may not do too."""
        return all(self.may(one, post.unit_path) for post in posts for one in PERMISSIONS[post.role])

    def require(self, permission: Permission, unit_path: str | None = None) -> None:
        """Raise NotAllowed unless the permission holds there (or, without a unit, anywhere)."""
        allowed = self.may_anywhere(permission) if unit_path is None else self.may(permission, unit_path)
        if not allowed:
            raise NotAllowed()

    def own_id(self) -> int:
        """The member that this actor is; the command line is nobody."""
        if self.member_id is None:
            raise NotJoined()
        return self.member_id


def right_to_vote(kind: MemberKind) -> bool:
    """The right to vote a kind of member has unless the roster says otherwise.

    Probationary members have none (中国共产党基层组织选举工作条例, 2020, Art. 5).
    """
    return kind is not MemberKind.PROBATIONARY


class AlreadyHeld(Refusal):
    """This person holds that role there already."""

    key = "refusal.role.held"


class NotHeld(Refusal):
    """The role has been withdrawn already."""

    key = "refusal.role.not_held"


class LastAdministrator(Refusal):
    """Somebody has to be able to administer the whole tree."""

    key = "refusal.role.last_administrator"
