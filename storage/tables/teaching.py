"""What is taught: packs, their versions, and items as they were once shown."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Id
from storage.tables.base import Base


class PackVersion(Base):
    """A content pack as it was published once. At most one version of a pack is live."""

    __tablename__ = "pack_versions"
    __table_args__ = (
        Index(
            "uq_pack_versions_live",
            "pack_id",
            unique=True,
            sqlite_where=text("live"),
            postgresql_where=text("live"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    pack_id: Mapped[str]
    title: Mapped[str]
    digest: Mapped[str]
    body: Mapped[str] = mapped_column(deferred=True)  # study.items.Pack as JSON
    published_at: Mapped[datetime]
    published_by: Mapped[int | None]
    live: Mapped[bool]


class PackDraft(Base):
    """A pack that an administrator sent and has not decided on yet.

    `body` is "" when nothing of the file can be used; `faults` beside a body stand for rows that would be left out,
    which is so only once the administrator has said so (`accepted`).
    """

    __tablename__ = "pack_drafts"
    # No id comes twice, or an old message's button would act on another draft.
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str]  # of the file
    pack_id: Mapped[str]
    title: Mapped[str]
    digest: Mapped[str]
    body: Mapped[str] = mapped_column(deferred=True)  # study.items.Pack as JSON
    faults: Mapped[list[Any]] = mapped_column(deferred=True)
    notes: Mapped[list[Any]]
    accepted: Mapped[bool]
    base_version: Mapped[int | None]  # what was live when the difference was shown
    by: Mapped[int | None] = mapped_column(index=True)
    at: Mapped[datetime]
    publish_at: Mapped[datetime | None] = mapped_column(index=True)


class Correction(Base):
    """An item whose right answer is another one from a version on; earlier answers are marked anew up to the
    answer `swept_to`, all by `swept_at`."""

    __tablename__ = "corrections"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    item_id: Mapped[str]
    revision: Mapped[str]
    version_id: Mapped[int] = mapped_column(ForeignKey("pack_versions.id"))
    by: Mapped[int | None]
    at: Mapped[datetime]
    swept_to: Mapped[int] = mapped_column(default=0)
    swept_at: Mapped[datetime | None] = mapped_column(index=True)


class ItemRevision(Base):
    """An item exactly as it was once shown; quizzes and answers point here, so an update changes no past."""

    __tablename__ = "item_revisions"

    item_id: Mapped[str] = mapped_column(primary_key=True)
    revision: Mapped[str] = mapped_column(primary_key=True)
    body: Mapped[str]  # study.items.Item as JSON


class Picture(Base):
    """A picture of a pack, and the file id Telegram gave for it once it was sent."""

    __tablename__ = "pictures"

    digest: Mapped[str] = mapped_column(primary_key=True)
    data: Mapped[bytes] = mapped_column(deferred=True)
    file_id: Mapped[str | None]
