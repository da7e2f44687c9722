"""`python -m bot grade FILE.jsonl`: marks answers without a bot, for authors who want to know how theirs would fare."""

import json
from collections.abc import Iterator
from pathlib import Path

import click

from storage import lexicon
from study.grading import Grader
from study.grading.report import Row, RowError, mark_all, marked, report, row, table

CONTENT = Path(__file__).parent.parent / "content"


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path))
@click.option(
    "--report", "reported", is_flag=True, help="Compare with the rows' labels instead of printing marks."
)
@click.option(
    "--words",
    type=click.Path(exists=True, path_type=Path),
    default=CONTENT,
    show_default=False,
    help="Folder or YAML file of dictionaries (the built-in ones by default).",
)
def grade(file: Path, reported: bool, words: Path) -> None:
    """Mark the answers in FILE, one JSON object a line.

    A row is {id, kind, question, reference, aliases, answer}: kind is fill, short, list or number; reference a string or
    a list of points; aliases null, a list of strings, or one list a point. Each row gives a line
    {id, verdict, score, matched, missing, extras, reasons}. With --report, rows also have a label (correct, partial,
    wrong) and may have a phenomenon.
    """
    try:
        grader = Grader(lexicon.read(words))
    except lexicon.LexiconError as error:
        raise click.ClickException(str(error)) from error
    with click.open_file(str(file), encoding="utf-8-sig") as lines:
        rows = list(_rows(lines, str(file)))
    marks = mark_all(grader, rows)
    if reported:
        if all(one.label is None for one in rows):
            raise click.ClickException(f"{file}: no row has a label to compare with")
        click.echo(table(report(marks)))
        return
    for one, mark in marks:
        click.echo(json.dumps(marked(one, mark), ensure_ascii=False))


def _rows(lines: Iterator[str], name: str) -> Iterator[Row]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            yield row(json.loads(line))
        except (RowError, json.JSONDecodeError) as error:
            raise click.ClickException(f"{name}:{number}: {error}") from error
