"""Every table, by subject. Moments are aware UTC (`_at`), days are branch-local dates (`_on`)."""

from storage.tables.base import Base
from storage.tables.delivery import Halt, Outgoing
from storage.tables.meetings import (
    Attendee,
    Ballot,
    Enclosure,
    Leave,
    MakeUp,
    Meeting,
    MeetingChange,
    Minutes,
    Motion,
    Seat,
)
from storage.tables.notices import Group, LiveMessage, Notice, Occasion, Recipient, Subscription
from storage.tables.people import Attempt, AuditEntry, Conversation, Feedback, Invite, Member, Role, Unit
from storage.tables.study import Answer, Appeal, Card, Overlay, PointsEntry, Quiz, Remainder, StudyDay
from storage.tables.teaching import Correction, ItemRevision, PackDraft, PackVersion, Picture

__all__ = [
    "Answer",
    "Appeal",
    "Attempt",
    "Attendee",
    "AuditEntry",
    "Ballot",
    "Base",
    "Card",
    "Conversation",
    "Correction",
    "Enclosure",
    "Feedback",
    "Group",
    "Halt",
    "Invite",
    "ItemRevision",
    "Leave",
    "LiveMessage",
    "MakeUp",
    "Meeting",
    "MeetingChange",
    "Member",
    "Minutes",
    "Motion",
    "Notice",
    "Occasion",
    "Outgoing",
    "Overlay",
    "PackDraft",
    "PackVersion",
    "Picture",
    "PointsEntry",
    "Quiz",
    "Recipient",
    "Remainder",
    "Role",
    "Seat",
    "StudyDay",
    "Subscription",
    "Unit",
]
