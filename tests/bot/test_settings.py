"""Settings reach what they are for."""

from pathlib import Path

import pytest

from bot import app as parts
from bot import settings
from bot.settings import SettingsFault


async def test_the_target_of_review_reaches_the_schedule(tmp_path: Path) -> None:
    app = parts.make(
        settings.read(_env_file=None, database_url=f"sqlite:///{tmp_path}/a.sqlite3", retention=0.85)
    )
    assert app.schedule.retention == 0.85
    await app.db.close()


@pytest.mark.parametrize("retention", [0.5, 0.98, 1.2])
def test_a_target_of_review_out_of_reason_is_told(retention: float) -> None:
    with pytest.raises(SettingsFault, match="BOT_RETENTION"):
        settings.read(_env_file=None, retention=retention)


async def test_the_grader_and_ask_know_the_words_of_the_content_folder(tmp_path: Path) -> None:
    app = parts.make(settings.read(_env_file=None, database_url=f"sqlite:///{tmp_path}/a.sqlite3"))
    assert any("表决" in group for group in app.library.synonyms)
    await app.db.close()
