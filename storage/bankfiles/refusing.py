"""Why a file is not read at all."""


class Refused(Exception):
    """`problem` names a text below `bank.file.`, `params` fill it; `line` 0 is the file as a whole."""

    def __init__(self, problem: str, *, line: int = 0, **params: str | int) -> None:
        super().__init__(problem)
        self.problem, self.line, self.params = problem, line, params
