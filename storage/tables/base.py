"""What every table has in common. Moments are aware UTC (`_at`), days are branch-local dates (`_on`)."""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import BigInteger, Date, MetaData, Text
from sqlalchemy.orm import DeclarativeBase

from storage.columns import Json, UtcDateTime


class Base(DeclarativeBase):
    # Names that do not depend on the database, so that migrations can speak of them.
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        int: BigInteger,
        datetime: UtcDateTime,
        date: Date,
        dict[str, Any]: Json,
        list[Any]: Json,
        str: Text,
    }
