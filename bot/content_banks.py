"""`python -m bot content import|export|template`: question banks to packs and back, without a bot."""

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click

from actions import packs as actions
from actions.actors import Console
from bot import shell, texts
from bot.views import banktemplate
from bot.views import packs as views
from storage import ankifile, uploads
from storage.bankfiles import moodle
from storage.packfiles import writing
from study.banks import gift
from study.items import Pack
from study.packs import Fault

LANGUAGE = click.option(
    "--language", type=click.Choice(texts.LOCALES), default=texts.DEFAULT, help="Language of the words."
)
OUT = click.option("--out", type=click.Path(path_type=Path), required=True, help="Where to write it.")
LARGE = 100_000  # bytes; below that it is done before anybody could look
BYTES_A_ROW = 60  # of a packed workbook

_WRITERS: dict[str, Callable[[Pack], bytes]] = {
    "gift": lambda pack: gift.write(pack).encode(),
    "moodle": moodle.write,
    "anki": ankifile.write,
    "yaml": lambda pack: writing.text(pack).encode(),
}


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@OUT
@click.option("--id", "pack_id", default="", help="The pack's id; otherwise made of the file's name.")
@click.option("--title", default="", help="The pack's title; otherwise the file's name.")
@click.option("--good-rows", is_flag=True, help="Write the good questions even when others have faults.")
@LANGUAGE
def import_(file: Path, out: Path, pack_id: str, title: str, good_rows: bool, language: str) -> None:
    """Make a pack of the question bank FILE (xlsx, csv, json, GIFT or Moodle XML).

    OUT is a YAML file, or a folder (a name without .yaml) for large banks. Exit code 1 when there are faults
    and --good-rows is not given.
    """
    with texts.speaking(language):
        data = file.read_bytes()
        with _progress(len(data)) as progress:
            upload = uploads.read_bank(
                file.name, data, explain=views.explanation, id=pack_id, title=title, progress=progress
            )
        _tell((*upload.faults, *upload.notes), language)
        if upload.pack is None or (upload.faults and not good_rows):
            key = "bank.cli.faults" if upload.pack else "bank.cli.nothing"
            good = len(upload.pack.items) if upload.pack else 0
            click.echo(texts.plain(key, faults=len(upload.faults), good=good))
            raise SystemExit(1)
        _write(upload.pack, out)
        _sum_up(upload.pack, upload.faults, out)


@click.command()
@click.argument("path", type=click.Path(path_type=Path), required=False)
@click.option("--pack", "pack_id", help="A live pack by its id, in place of PATH.")
@click.option("--format", "format_", type=click.Choice(sorted(_WRITERS)), required=True)
@OUT
@LANGUAGE
def export(path: Path | None, pack_id: str | None, format_: str, out: Path, language: str) -> None:
    """Write the questions of the pack at PATH, or of a live one, for Moodle or Anki."""
    with texts.speaking(language):
        if (path is None) == (pack_id is None):
            raise click.UsageError("give either PATH or --pack")
        pack = _from_path(path, language) if path else _live(pack_id or "")
        try:
            out.write_bytes(_WRITERS[format_](pack))
        except writing.TooLarge:
            raise click.ClickException(texts.plain("bank.cli.too_large")) from None
        click.echo(texts.plain("bank.cli.exported", items=len(pack.items), out=out))
        by_hand = sum(not gift.is_exact(item) for item in pack.items)
        if by_hand and format_ in {"gift", "moodle"}:
            click.echo(texts.plain("bank.cli.by_hand", items=by_hand))


@click.command()
@OUT
@LANGUAGE
def template(out: Path, language: str) -> None:
    """Write an Excel template for question banks."""
    with texts.speaking(language):
        out.write_bytes(banktemplate.workbook())
        click.echo(texts.plain("bank.cli.template", out=out))


@contextmanager
def _progress(size: int) -> Iterator[Callable[[int], None]]:
    """A bar for a large bank. How many rows a file of `size` bytes has shows only when it is read, so the bar is
    measured by a usual row, and ends full whatever they were."""
    if size < LARGE:
        yield lambda count: None
        return
    # Each row is counted when it is read, and again when its question is checked.
    length = max(2 * size // BYTES_A_ROW, 1)
    with click.progressbar(length=length, label=texts.plain("bank.cli.reading"), file=sys.stderr) as bar:
        yield lambda count: bar.update(min(count, max(length - bar.pos - 1, 0)))
        bar.update(length - bar.pos)


def _from_path(path: Path, language: str) -> Pack:
    upload = uploads.read_path(path, explain=views.explanation)
    if upload.pack is None or upload.faults:
        _tell(upload.faults, language)
        raise SystemExit(1)
    return upload.pack


def _live(pack_id: str) -> Pack:
    return shell.run(lambda app: actions.body(app, Console.SHELL, pack_id=pack_id))


def _write(pack: Pack, out: Path) -> None:
    if out.suffix.lower() not in {".yaml", ".yml"}:
        writing.folder(pack, out)
        return
    try:
        out.write_text(writing.text(pack), "utf-8")
    except writing.TooLarge:
        raise click.ClickException(texts.plain("bank.cli.too_large")) from None


def _tell(found: Sequence[Fault], language: str) -> None:
    for line in views.findings(found, language):
        click.echo(line)


def _sum_up(pack: Pack, faults: Sequence[Fault], out: Path) -> None:
    counts = Counter(item.kind for item in pack.items)
    kinds = ", ".join(f"{texts.plain(f'pack.kind.{kind}')} {count}" for kind, count in counts.items())
    click.echo(texts.plain("bank.cli.written", items=len(pack.items), kinds=kinds, out=out))
    if faults:
        click.echo(texts.plain("bank.cli.left_out", faults=len(faults)))
