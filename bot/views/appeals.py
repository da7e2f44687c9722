"""Appeals, for those who raise them and those who decide them; wordings accepted for everybody."""

from collections.abc import Iterable

import yaml
from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton
from markupsafe import Markup

from actions.appeals import Asked, Decided, Line, Lines, Look, Told
from actions.overlays import Adopted, Export, Gathered, Wordings
from bot import texts
from bot.views import Page, button, keyboard, marking, turning
from study.appeals import Offer, State
from study.grading import Verdict
from study.items import Kind

LABEL = 36  # characters of a question or a wording on a button
SHORT = 120  # characters of an answer in a list


class Ask(CallbackData, prefix="aa"):
    """Appeal against the mark of an answer, or see how the appeal stands."""

    answer: int


class Explain(CallbackData, prefix="ae"):
    """Begin to put a word beside one's own appeal."""

    appeal: int


class Own(CallbackData, prefix="ao"):
    """A page of one's own appeals."""

    page: int


class Queue(CallbackData, prefix="aq"):
    """A page of what waits for a decision."""

    page: int


class Open(CallbackData, prefix="al"):
    """An appeal to decide on."""

    appeal: int


class Note(CallbackData, prefix="an"):
    """Begin to put a word beside the decision."""

    appeal: int


class Decide(CallbackData, prefix="ad"):
    """Decide an appeal."""

    appeal: int
    state: State


class Adopt(CallbackData, prefix="ap"):
    """Accept a wording for everybody: the offer at this place."""

    appeal: int
    offer: int


class Accepted(CallbackData, prefix="aw"):
    """A page of the accepted wordings."""

    page: int


class Revoke(CallbackData, prefix="ar"):
    """Let a wording count no longer."""

    overlay: int


class Fold(CallbackData, prefix="ax"):
    """Hand out the accepted wordings as a file."""


class Stop(CallbackData, prefix="ak"):
    """Say no word after all."""


# --- for members ----------------------------------------------------------------------------------


def asked(result: Asked) -> Page:
    """An appeal raised, or how it stands."""
    lines = [texts.html("appeals.asked" if result.fresh else f"appeals.stands.{result.state.value}")]
    if not result.fresh:
        lines.append(texts.html("appeals.of", question=result.question))
    if result.reply:
        lines.append(texts.html("appeals.reply", reply=result.reply))
    explaining = []
    if result.state is State.OPEN:
        explaining.append(button(texts.plain("appeals.explain"), Explain(appeal=result.appeal_id)))
    return Page(Markup("\n").join(lines), keyboard(explaining))


def ask_word() -> Page:
    return Page(texts.html("appeals.ask_word"), keyboard([_stop()]))


def explained() -> Page:
    return Page(texts.html("appeals.explained"))


def stopped() -> Page:
    return Page(texts.html("appeals.stopped"))


def mine(found: Lines, *, decides: bool = False) -> Page:
    """One's own appeals and how they stand."""
    if not found.leaf.total:
        lines = [texts.html("appeals.mine.none")]
    else:
        lines = [texts.html("appeals.mine.head", total=found.leaf.total), Markup("")]
        lines += [_own_line(line) for line in found.lines]
    back = [button(texts.plain("appeals.back"), Queue(page=0))] if decides else []
    return Page(
        Markup("\n").join(lines), keyboard(turning.row(found.leaf, lambda page: Own(page=page)), back)
    )


def told(result: Told, *, change: int) -> Page:
    """The letter to the member: what was decided, and what it changed."""
    lines = [
        texts.html(f"appeals.told.{result.state.value}"),
        texts.html("appeals.of", question=result.question),
        texts.html("quiz.given", given=marking.short(result.given, SHORT)),
    ]
    if change:
        lines.append(texts.html("appeals.change", change=f"{change:+d}"))
    if result.reply:
        lines.append(texts.html("appeals.reply", reply=result.reply))
    return Page(Markup("\n").join(lines))


# --- for secretaries ------------------------------------------------------------------------------


def queue(found: Lines) -> Page:
    """What waits, without names."""
    if found.leaf.total:
        text = texts.html("appeals.queue.head", total=found.leaf.total)
    else:
        text = texts.html("appeals.queue.none")
    rows = [[button(_label(line), Open(appeal=line.appeal_id))] for line in found.lines]
    more = [
        button(texts.plain("appeals.accepted"), Accepted(page=0)),
        button(texts.plain("appeals.mine"), Own(page=0)),
    ]
    return Page(text, keyboard(*rows, turning.row(found.leaf, lambda page: Queue(page=page)), more))


def look(case: Look, *, note: str | None = None) -> Page:
    """One answer to decide on: question, reference, answer, the grader's reasons, the member's word."""
    lines = [
        texts.html(f"appeals.look.{case.origin.value}"),
        Markup(""),
        texts.html("appeals.of", question=case.item.question),
        marking.given(case.mark, key="appeals.given"),
        Markup(""),
        *marking.points(case.item, case.mark),
        Markup(""),
        texts.html("appeals.verdict", verdict=texts.plain(f"appeals.verdict.{case.mark.verdict.value}")),
        *marking.reasons(case.item, case.mark),
    ]
    if case.word:
        lines += [Markup(""), texts.html("appeals.word", word=case.word)]
    if note:
        lines += [Markup(""), texts.html("appeals.note", word=note)]
    back = [button(texts.plain("appeals.back"), Queue(page=0))]
    if case.state is not State.OPEN:
        lines += [Markup(""), texts.html(f"appeals.stands.{case.state.value}")]
        return Page(Markup("\n").join(lines), keyboard(back))
    lines += [Markup(""), texts.html("appeals.blind")]
    noting = button(
        texts.plain("appeals.note_again" if note else "appeals.add_note"), Note(appeal=case.appeal_id)
    )
    return Page(Markup("\n").join(lines), keyboard(_choices(case), [noting], back))


def ask_note() -> Page:
    return Page(texts.html("appeals.ask_note"), keyboard([_stop()]))


def decided(result: Decided) -> Page:
    """What was decided, and which wordings may count for everybody."""
    lines = [texts.html(f"appeals.decided.{result.state.value}")]
    rows = []
    if result.offers:
        lines += [Markup(""), texts.html("appeals.offer")]
        rows = [
            [button(_offer_label(offer), Adopt(appeal=result.appeal_id, offer=place))]
            for place, offer in enumerate(result.offers)
        ]
    return Page(
        Markup("\n").join(lines), keyboard(*rows, [button(texts.plain("appeals.next"), Queue(page=0))])
    )


def adopted(result: Adopted) -> Page:
    if not result.fresh:
        key = "appeals.adopted_before"
    else:
        key = "appeals.adopted" if result.remarked else "appeals.adopted_alone"
    text = texts.html(
        key, wording=result.offer.wording, reference=result.offer.reference, remarked=result.remarked
    )
    rows = [
        button(texts.plain("appeals.next"), Queue(page=0)),
        button(texts.plain("appeals.accepted"), Accepted(page=0)),
    ]
    return Page(text, keyboard(rows))


def wordings(found: Wordings) -> Page:
    """What counts on top of the packs, with who accepted it."""
    lines = [
        texts.html(
            "appeals.wordings.head" if found.wordings else "appeals.wordings.none", total=found.leaf.total
        )
    ]
    for number, one in enumerate(found.wordings, start=1):
        lines.append(
            texts.html(
                "appeals.wording",
                number=number,
                question=_cut(one.question),
                reference=_cut(one.reference),
                wording=marking.short(one.wording, SHORT),
                by=one.by,
                month=one.on.month,
                day=one.on.day,
            )
        )
    revoking = [
        button(texts.plain("appeals.revoke", number=number), Revoke(overlay=one.overlay_id))
        for number, one in enumerate(found.wordings, start=1)
        if one.revocable
    ]
    rows = [revoking[start : start + 4] for start in range(0, len(revoking), 4)]
    last = [button(texts.plain("appeals.back"), Queue(page=0))]
    if found.exportable and found.wordings:
        last.append(button(texts.plain("appeals.export"), Fold()))
    return Page(
        Markup("\n\n").join(lines),
        keyboard(*rows, turning.row(found.leaf, lambda page: Accepted(page=page)), last),
    )


def file(export: Export) -> bytes:
    """The accepted wordings as YAML, in the shape in which a pack holds them."""
    items: dict[str, list[Gathered]] = {}
    for one in export.gathered:
        items.setdefault(one.item_id, []).append(one)
    document = {"items": [_folded(item_id, points) for item_id, points in items.items()]}
    head = "".join(f"# {line}\n" for line in texts.plain("appeals.file_head").splitlines())
    body = yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=1000)
    return (head + body).encode()


def items_in(export: Export) -> int:
    return len({one.item_id for one in export.gathered})


# --- parts ----------------------------------------------------------------------------------------


def _folded(item_id: str, points: Iterable[Gathered]) -> dict[str, object]:
    points = list(points)
    head: dict[str, object] = {"id": item_id}
    if points[0].question:
        head["question"] = points[0].question
    if points[0].kind is Kind.LIST or len(points) > 1:
        return head | {"points": [{"text": one.reference, "aliases": list(one.wordings)} for one in points]}
    return head | {"answer": points[0].reference, "aliases": list(points[0].wordings)}


def _choices(case: Look) -> list[InlineKeyboardButton]:
    # What is partly right already is not made so by a decision.
    partial = case.mark.verdict is Verdict.PARTIAL
    states = (State.ACCEPTED, State.REJECTED) if partial else (State.ACCEPTED, State.PARTLY, State.REJECTED)
    return [
        button(texts.plain(f"appeals.decide.{state.value}"), Decide(appeal=case.appeal_id, state=state))
        for state in states
    ]


def _own_line(line: Line) -> Markup:
    return texts.html(
        "appeals.mine.line",
        month=line.day.month,
        day=line.day.day,
        question=_cut(line.question),
        given=marking.short(line.given, LABEL),
        state=texts.plain(f"appeals.state.{line.state.value}"),
    )


def _label(line: Line) -> str:
    return _cut(
        texts.plain(f"appeals.line.{line.origin.value}", given=line.given.strip(), question=line.question)
    )


def _offer_label(offer: Offer) -> str:
    # Both sides of the sign have to be seen, however long they are.
    half = LABEL // 2
    return texts.plain(
        "appeals.adopt",
        wording=marking.short(offer.wording, half),
        reference=marking.short(offer.reference, half),
    )


def _cut(text: str) -> str:
    return marking.short(" ".join(text.split()), LABEL)


def _stop() -> InlineKeyboardButton:
    return button(texts.plain("appeals.stop"), Stop())
