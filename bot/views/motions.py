"""Votes: what is put, how it stands, and the taps of those who vote."""

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton
from markupsafe import Markup

from actions.motions import Ask, Tally
from actions.motions import Motions as Found
from bot import texts
from bot.views import Page, button, keyboard, turning
from bot.views.attendance import motion as figures
from bot.views.doors import Motions, Open
from study import votes
from study.votes import Choice, Rule


class Put(CallbackData, prefix="wp"):
    """Put something to the vote: what?"""

    meeting: int


class Rules(CallbackData, prefix="wr"):
    """By this rule, in secret or not; the text is in the dialogue. `go` puts it."""

    meeting: int
    rule: Rule
    secret: bool
    go: bool


class Cast(CallbackData, prefix="wc"):
    """Vote."""

    motion: int
    choice: Choice


class Hands(CallbackData, prefix="wh"):
    """Type in votes counted in the room."""

    motion: int


class End(CallbackData, prefix="we"):
    """End the vote: asked first, then done."""

    motion: int
    sure: bool


class Who(CallbackData, prefix="ww"):
    """Who voted what in an open vote."""

    motion: int


def listing(found: Found) -> Page:
    brief = found.brief
    lines = [texts.html("motion.head" if found.tallies else "motion.none", title=brief.title)]
    rows: list[list[InlineKeyboardButton]] = []
    for tally in found.tallies:
        lines += [Markup(""), *figures(tally)]
        if tally.result is None:
            rows.append(
                [
                    button(texts.plain("motion.hands"), Hands(motion=tally.motion_id)),
                    button(texts.plain("motion.end"), End(motion=tally.motion_id, sure=False)),
                ]
            )
        elif not tally.secret:
            rows.append(
                [button(texts.plain("motion.who", text=tally.text[:12]), Who(motion=tally.motion_id))]
            )
    if not brief.closed and not found.one_open:
        if found.missing:
            lines += [Markup(""), texts.html("motion.missing", missing=found.missing)]
        rows.append([button(texts.plain("motion.put"), Put(meeting=brief.id))])
    turn = turning.row(found.leaf, lambda page: Motions(meeting=brief.id, page=page))
    back = [button(texts.plain("meet.back"), Open(meeting=brief.id))]
    return Page(Markup("\n").join(lines), keyboard(*rows, turn, back))


def ask_text(meeting: int) -> Page:
    return Page(texts.html("motion.ask_text"), keyboard([_stop(meeting)]))


def ask_rule(meeting: int, text: str, *, rule: Rule, secret: bool) -> Page:
    """Check the wording, choose the rule and whether it is secret, and put it."""
    rules = [
        button(
            texts.plain(
                "motion.chosen" if one is rule else "motion.choose",
                rule=texts.plain(f"motion.rule.{one.value}"),
            ),
            Rules(meeting=meeting, rule=one, secret=votes.is_secret(one), go=False),
        )
        for one in Rule
    ]
    how = button(
        texts.plain("motion.make_open" if secret else "motion.make_secret"),
        Rules(meeting=meeting, rule=rule, secret=not secret, go=False),
    )
    go = button(texts.plain("motion.go"), Rules(meeting=meeting, rule=rule, secret=secret, go=True))
    return Page(
        Markup("\n").join(
            [
                texts.html("motion.check", text=text),
                texts.html("motion.takes", takes=texts.plain(f"motion.takes.{rule.value}")),
                texts.html("motion.is_secret" if secret else "motion.is_open"),
            ]
        ),
        keyboard([go], rules, [how], [_stop(meeting)]),
    )


def asked(ask: Ask) -> Page:
    """What a voter sees; an open vote can be changed until it ends."""
    tally = ask.tally
    lines = [texts.html("motion.ask", title=ask.title, text=tally.text)]
    if tally.result is not None:
        return Page(Markup("\n").join([lines[0], Markup(""), *figures(tally)]))
    lines.append(texts.html("motion.ask_secret" if tally.secret else "motion.ask_open"))
    if ask.choice is not None:
        lines.append(texts.html("motion.yours", choice=texts.plain(f"motion.choice.{ask.choice.value}")))
    return Page(Markup("\n").join(lines), keyboard(_choices(ask)))


def voted(ask: Ask) -> Page:
    """The receipt."""
    if ask.tally.secret:
        return Page(
            Markup("\n").join(
                [
                    texts.html("motion.ask", title=ask.title, text=ask.tally.text),
                    texts.html("motion.voted_secret"),
                ]
            )
        )
    return asked(ask)


def _choices(ask: Ask) -> list[InlineKeyboardButton]:
    return [
        button(texts.plain(f"motion.tap.{choice.value}"), Cast(motion=ask.tally.motion_id, choice=choice))
        for choice in Choice
        if choice is not ask.choice
    ]


def ask_hands(meeting: int) -> Page:
    return Page(texts.html("motion.ask_hands"), keyboard([_stop(meeting)]))


def ask_end(tally: Tally) -> Page:
    left = tally.here - tally.cast
    key = "motion.ask_end_left" if left > 0 else "motion.ask_end"
    return Page(
        texts.html(key, text=tally.text, left=left),
        keyboard(
            [button(texts.plain("motion.end_sure"), End(motion=tally.motion_id, sure=True))],
            [_stop(tally.meeting_id)],
        ),
    )


def ended(tally: Tally) -> Page:
    back = button(texts.plain("motion.back"), Motions(meeting=tally.meeting_id, page=0))
    return Page(Markup("\n").join(figures(tally)), keyboard([back]))


def choices(tally: Tally, voted: list[tuple[str, Choice]]) -> Page:
    """Who voted what."""
    lines = [texts.html("motion.who_head", text=tally.text)]
    for choice in Choice:
        names = [name for name, chosen in voted if chosen is choice]
        if names:
            label = texts.plain(f"motion.choice.{choice.value}")
            lines.append(
                texts.html("motion.who_line", choice=label, total=len(names), names="、".join(names))
            )
    back = button(texts.plain("motion.back"), Motions(meeting=tally.meeting_id, page=0))
    return Page(Markup("\n").join(lines), keyboard([back]))


def _stop(meeting: int) -> InlineKeyboardButton:
    return button(texts.plain("meet.stop"), Motions(meeting=meeting, page=0))
