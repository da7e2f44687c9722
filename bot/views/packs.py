"""What the check of a pack found, in words."""

from collections import Counter
from collections.abc import Iterator, Sequence

from bot.texts import text
from study.items import Kind, Pack
from study.packs import Fault
from study.packs.faults import excerpt


def findings(faults: Sequence[Fault], locale: str) -> Iterator[str]:
    """Line by line: each file, and below it what was found in it."""
    file = None
    for fault in faults:
        if fault.file != file:
            file = fault.file
            yield excerpt(file, 120) or text("pack.check.whole_pack", locale)
        yield f"  {finding(fault, locale)}"


def finding(fault: Fault, locale: str) -> str:
    """Line, field and id, then what is wrong and how to mend it."""
    line = text("pack.check.place", locale, line=fault.line) if fault.line else ""
    id = f"[{fault.id}]" if fault.id else ""
    where = " ".join(part for part in (line, fault.field, id) if part)
    words = text(fault.key, locale, **fault.params)
    return f"{where}  {words}" if where else words


def summary(pack: Pack, *, pictures: int, locale: str) -> Iterator[str]:
    """What a pack without faults holds."""
    counts = Counter(item.kind for item in pack.items)
    kinds = ", ".join(f"{text(f'pack.kind.{kind}', locale)} {counts[kind]}" for kind in Kind if counts[kind])
    yield text("pack.check.good", locale, title=pack.title, id=pack.id)
    yield text("pack.check.lessons", locale, count=len(pack.lessons))
    yield text("pack.check.items", locale, count=len(pack.items), kinds=kinds or "0")
    yield text("pack.check.months", locale, count=len(pack.months))
    if pictures:
        yield text("pack.check.pictures", locale, count=pictures)


def explanation(answer: str) -> str:
    """The word about an answer where a question bank has none; content, so in the language of the content."""
    return text("bank.explanation", answer=answer)
