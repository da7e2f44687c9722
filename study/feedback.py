"""A word to the administrators."""

from study.refusal import Refusal

LIMIT = 1_000  # characters, of the word and of the answer


class NothingSaid(Refusal):
    """There is no text."""

    key = "refusal.feedback.empty"


class TooMuchSaid(Refusal):
    """The text is too long to be read on a telephone."""

    key = "refusal.feedback.too_long"


class NoSuchFeedback(Refusal):
    """It was erased with everything else of its writer, or never was."""

    key = "refusal.feedback.gone"


class AlreadyAnswered(Refusal):
    """Another administrator was faster."""

    key = "refusal.feedback.answered"


def checked(text: str) -> str:
    """The text as it is kept; raises NothingSaid or TooMuchSaid."""
    text = text.strip()
    if not text:
        raise NothingSaid()
    if len(text) > LIMIT:
        raise TooMuchSaid(limit=LIMIT, length=len(text))
    return text
