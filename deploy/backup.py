"""Backups of the bot's database while the bot runs, and the way back: `python -m deploy.backup --help`.

SQLite needs nothing but Python: the copy is one consistent look at the database, whole in one file. PostgreSQL is
left to pg_dump and pg_restore, which have to be installed. Which database is meant is read from the bot's settings.
"""

import asyncio
import fcntl
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

import click
from sqlalchemy import URL, text
from sqlalchemy.exc import DBAPIError

from bot.settings import SettingsFault, read
from storage.db import Database, normalise

KEPT = 14
SQLITE, POSTGRES = "sqlite3", "dump"  # suffixes of backups
TIME = "%Y%m%dT%H%M%S.%fZ"
# The bytes of a database file on which SQLite puts its locks, whatever the file holds (sqlite.org, os.h).
LOCKED_FROM, LOCKED_BYTES = 0x4000_0000, 512


class BackupFault(click.ClickException):
    """It cannot be done; the message says why and what to do about it."""


# --- the commands ---------------------------------------------------------------------------------


@click.group()
def main() -> None:
    """Make, check and restore backups of the database that the bot's settings name."""


@main.command()
@click.option("--to", "folder", type=click.Path(path_type=Path), default=Path("backups"), show_default=True)
@click.option("--keep", type=click.IntRange(min=1), default=KEPT, show_default=True, help="Newest to keep.")
def backup(folder: Path, keep: int) -> None:
    """Copy the database into a folder and check the copy; the bot may go on running."""
    url = _database()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    suffix, make = (SQLITE, copy_sqlite) if _is_sqlite(url) else (POSTGRES, dump_postgres)
    made = folder / f"bot-{datetime.now(UTC):{TIME}}.{suffix}"
    part = made.with_name(made.name + ".part")
    try:
        make(url, part)
        examine(part, suffix)
        _settle(part, made)
    finally:
        part.unlink(missing_ok=True)
    for old in sorted(folder.glob(f"bot-*.{suffix}"))[:-keep]:
        old.unlink()
    click.echo(f"{made} ({made.stat().st_size // 1000} kB, checked)")


@main.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def verify(file: Path) -> None:
    """Check that a backup is whole."""
    click.echo(f"{file}: {examine(file, file.suffix.removeprefix('.'))}")


@main.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--force", is_flag=True, help="Replace a database that is in use, or newer than the backup.")
def restore(file: Path, force: bool) -> None:
    """Put a backup in the place of the database. Stop the bot first.

    A SQLite file that was there is not lost: it is kept beside as *.replaced-TIME.
    """
    url = _database()
    suffix = file.suffix.removeprefix(".")
    if suffix != (SQLITE if _is_sqlite(url) else POSTGRES):
        raise BackupFault(f"{file.name} is a backup of another kind of database than {_shown(url)}")
    examine(file, suffix)
    replace: Callable[[URL, Path], str] = replace_sqlite if _is_sqlite(url) else replace_postgres
    if not force:
        (refuse_sqlite if _is_sqlite(url) else refuse_postgres)(url, file)
    click.echo(replace(url, file))


def _database() -> URL:
    try:
        return normalise(read().database_url.get_secret_value())
    except SettingsFault as fault:
        raise BackupFault(str(fault)) from None


def _is_sqlite(url: URL) -> bool:
    return url.get_backend_name() == "sqlite"


def _shown(url: URL) -> str:
    return url.render_as_string(hide_password=True)


def _settle(part: Path, made: Path) -> None:
    """Give the file its name once it is whole on the disk, so that no half backup ever has one."""
    part.chmod(0o600)
    with part.open("rb") as file:
        os.fsync(file.fileno())
    part.replace(made)


def made_at(backup: Path) -> float:
    """When the backup was made (seconds since 1970): its name says it, whenever the file was copied."""
    try:
        return datetime.strptime(backup.stem.removeprefix("bot-"), TIME).replace(tzinfo=UTC).timestamp()
    except ValueError:
        return backup.stat().st_mtime


def examine(file: Path, suffix: str) -> str:
    """What the backup is; raises BackupFault when it is not whole."""
    if suffix == SQLITE:
        return _examine_sqlite(file)
    _run("pg_restore", "--list", str(file))
    return "pg_restore can read it"


# --- SQLite ---------------------------------------------------------------------------------------


def copy_sqlite(url: URL, to: Path) -> None:
    """Copy the database as it is at one moment into the new file `to`."""
    file = _file(url)
    if not file.exists():
        raise BackupFault(f"there is no database at {file} yet")
    # In one step: the reader's transaction makes it one moment, and WAL lets the bot write meanwhile.
    try:
        with closing(_opened(file)) as source, closing(sqlite3.connect(to)) as copy:
            source.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")  # so that the one file is everything
    except sqlite3.Error as error:
        raise BackupFault(f"{file} cannot be copied: {error}") from None


def _examine_sqlite(file: Path) -> str:
    try:
        with closing(_opened(file)) as copy:
            faults = [row[0] for row in copy.execute("PRAGMA integrity_check") if row[0] != "ok"]
            strays = copy.execute("PRAGMA foreign_key_check").fetchall()
            (tables,) = copy.execute("SELECT count(*) FROM sqlite_master WHERE type = 'table'").fetchone()
            version = copy.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.Error as error:
        raise BackupFault(f"{file} is damaged or no backup of the bot: {error}") from None
    if faults or strays:
        raise BackupFault(f"{file} is damaged: {', '.join(faults[:3]) or 'rows that point nowhere'}")
    return f"whole, version {version[0] if version else '?'}, {tables} tables"


def refuse_sqlite(url: URL, backup: Path) -> None:
    """Raise BackupFault when the database is in use, or was written to after the backup was made."""
    file = _file(url)
    if not file.exists():
        return
    if _in_use(file):
        raise BackupFault(f"{file} is in use; stop the bot first (or use --force if you are sure)")
    written = max(path.stat().st_mtime for path in _with_journals(file)[:2] if path.exists())
    try:
        with closing(_opened(file)) as current:
            current.execute("SELECT * FROM alembic_version")
    except sqlite3.Error:
        return  # damaged, so there is nothing newer to lose; it is kept beside all the same
    if written > made_at(backup):
        raise BackupFault(
            f"{file} is sound and was written to after this backup was made; --force replaces it "
            "(what is there now is kept beside)"
        )


def replace_sqlite(url: URL, backup: Path) -> str:
    """Put the backup in the place of the file, which moves aside; says what was done."""
    file = _file(url)
    file.parent.mkdir(parents=True, exist_ok=True)
    owner = (file if file.exists() else file.parent).stat()
    part = file.with_name(file.name + ".part")
    with closing(_opened(backup)) as source, closing(sqlite3.connect(part)) as copy:
        source.backup(copy)
    with suppress(PermissionError):  # only root can give a file away, and only root needs to
        os.chown(part, owner.st_uid, owner.st_gid)
    aside = file.with_name(f"{file.name}.replaced-{datetime.now(UTC):{TIME}}")
    for path in _with_journals(file):
        if path.exists():
            # The journals go with their database: beside another one they would destroy it.
            path.replace(aside.with_name(aside.name + path.name.removeprefix(file.name)))
    _settle(part, file)
    return f"{backup} is now {file}" + (f"; what was there is kept as {aside}" if aside.exists() else "")


def _file(url: URL) -> Path:
    if url.database in (None, "", ":memory:"):
        raise BackupFault("a database in memory has no backup")
    return Path(str(url.database)).absolute()


def _with_journals(file: Path) -> list[Path]:
    return [file.with_name(file.name + ending) for ending in ("", "-wal", "-shm")]


def _opened(file: Path) -> sqlite3.Connection:
    """Open a database that is there. Not read-only: SQLite could not clear the journals away then."""
    return sqlite3.connect(f"{file.absolute().as_uri()}?mode=rw", uri=True, timeout=30)


def _in_use(file: Path) -> bool:
    """Whether another process has the database open: in WAL mode each keeps a lock, even while it does nothing."""
    with file.open("r+b") as opened:
        try:
            fcntl.lockf(opened, fcntl.LOCK_EX | fcntl.LOCK_NB, LOCKED_BYTES, LOCKED_FROM)
        except OSError:
            return True
    return False


# --- PostgreSQL -----------------------------------------------------------------------------------


def dump_postgres(url: URL, to: Path) -> None:
    """Have pg_dump write the database into the new file `to`."""
    _run("pg_dump", "--format=custom", "--no-owner", f"--file={to}", f"--dbname={_plain(url)}", url=url)


def refuse_postgres(url: URL, backup: Path) -> None:
    """Raise BackupFault when somebody is connected to the database, or when it holds anything."""
    others, tables = asyncio.run(_occupied(url))
    if others:
        raise BackupFault(f"{_shown(url)} has {others} connections; stop the bot first (or use --force)")
    if tables:
        raise BackupFault(f"{_shown(url)} is not empty; --force replaces what it holds by {backup.name}")


async def _occupied(url: URL) -> tuple[int, int]:
    """How many others are connected, and how many tables there are."""
    db = Database(url.render_as_string(hide_password=False))
    try:
        async with db.reading() as tx:
            others = await tx.scalar(
                text(
                    "SELECT count(*) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            )
            tables = await tx.scalar(
                text("SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'")
            )
    except (OSError, DBAPIError) as error:
        raise BackupFault(f"{_shown(url)} cannot be opened: {error}") from None
    finally:
        await db.close()
    return others or 0, tables or 0


def replace_postgres(url: URL, backup: Path) -> str:
    """Have pg_restore replace the tables, all of them or none; says what was done."""
    options = ("--clean", "--if-exists", "--no-owner", "--single-transaction", "--exit-on-error")
    _run("pg_restore", *options, f"--dbname={_plain(url)}", str(backup), url=url)
    return f"{backup} is now in {_shown(url)}"


def _plain(url: URL) -> str:
    """The address without its password, which others could read in the list of processes."""
    return URL.create(
        "postgresql", url.username, None, url.host, url.port, url.database, url.query
    ).render_as_string(hide_password=False)


def _run(*command: str, url: URL | None = None) -> None:
    environment = dict(os.environ)  # noqa: TID251 - handed on as it is
    if url and url.password:
        environment["PGPASSWORD"] = str(url.password)
    try:
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise BackupFault(f"{command[0]} is needed (Debian: apt install postgresql-client)") from None
    if done.returncode:
        raise BackupFault(f"{command[0]}: {done.stderr.strip()}")


if __name__ == "__main__":
    try:
        main.main(prog_name="python -m deploy.backup")
    except OSError as error:
        sys.exit(f"Error: {error}")
