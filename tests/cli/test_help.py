"""`python -m bot --help` lists every command, and every command listed is there."""

import click
import pytest
from click.testing import CliRunner

from bot.__main__ import COMMANDS, main


def test_every_command_has_one_line() -> None:
    lines = CliRunner().invoke(main, ["--help"], terminal_width=200).output.splitlines()
    for name, (_, line) in COMMANDS.items():
        assert any(shown.split() == [name, *line.split()] for shown in lines)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_listed_command_can_be_asked_for_help(name: str) -> None:
    result = CliRunner().invoke(main, [name, "--help"])
    assert result.exit_code == 0
    assert isinstance(main.get_command(click.Context(main), name), click.Command)


def test_an_unknown_command_is_told() -> None:
    result = CliRunner().invoke(main, ["runn"])
    assert result.exit_code == 2
    assert "No such command 'runn'" in result.output
