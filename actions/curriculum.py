"""What is taught now, and items as they were when they were shown."""

import asyncio
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from time import monotonic

from sqlalchemy.ext.asyncio import AsyncSession

from storage import overlays
from storage import packs as records
from study import appeals, packs
from study.appeals import Accepted
from study.asking import Index
from study.curriculum import Curriculum
from study.items import Item, Pack
from study.quiz import QuizClosed

REMEMBERED = 5_000
# How long another process may still teach what was live before: one tiny query every so often is enough.
FRESH_SECONDS = 2.0


@dataclass
class Library:
    """Keeps the live curriculum at hand; it is read again when what is live has changed.

    `synonyms` are groups of words that mean the same; whoever asks may use any of them.
    """

    synonyms: tuple[tuple[str, ...], ...] = ()
    _live: tuple[int, ...] = ()
    _curriculum: Curriculum = field(default_factory=Curriculum)
    _revisions: dict[str, str] = field(default_factory=dict)
    _overlays: tuple[int, int] = (0, 0)
    _accepted: Mapping[str, tuple[Accepted, ...]] = field(default_factory=dict)
    _index: tuple[Curriculum, Index] | None = None
    _indexing: asyncio.Lock = field(default_factory=asyncio.Lock)
    _checked: float = float("-inf")
    _shown: "OrderedDict[tuple[str, str], Item]" = field(default_factory=OrderedDict)

    async def current(self, tx: AsyncSession) -> Curriculum:
        """Everything live, at most FRESH_SECONDS old."""
        if monotonic() - self._checked > FRESH_SECONDS:
            live = await records.live_ids(tx)
            if live != self._live:
                found = [packs.from_json(Pack, body) for body in await records.bodies(tx, live)]
                self._curriculum = Curriculum.of(found)
                self._revisions = {item.id: packs.revision(item) for item in self._curriculum.items.values()}
                self._live = live
            marked = await overlays.mark(tx)
            if marked != self._overlays:
                self._accepted = appeals.by_item(await overlays.live(tx))
                self._overlays = marked
            self._checked = monotonic()
        return self._curriculum

    async def index(self, curriculum: Curriculum) -> Index:
        """The curriculum ready to be asked; built when it is first asked, while other people are served."""
        async with self._indexing:
            if self._index is None or self._index[0] is not curriculum:
                self._index = curriculum, await asyncio.to_thread(Index, curriculum, self.synonyms)
            return self._index[1]

    def stale(self) -> None:
        """What is live, or accepted, was changed by this process: look again at the next question."""
        self._checked = float("-inf")

    def revision(self, item_id: str) -> str:
        """The mark of the item as it is live now."""
        return self._revisions[item_id]

    def accepting(self, item: Item, unit_path: str) -> Item:
        """The item as people of that unit are marked: with the wordings accepted on top of the pack."""
        return appeals.accepting(item, self._accepted.get(item.id, ()), unit_path=unit_path)

    async def item(self, tx: AsyncSession, item_id: str, revision: str) -> Item:
        """The item exactly as it was shown; raises QuizClosed when it is nowhere to be found."""
        if self._revisions.get(item_id) == revision:
            return self._curriculum.items[item_id]
        known = self._shown.get((item_id, revision))
        if known is None:
            body = await records.revision(tx, item_id, revision)
            if body is None:
                raise QuizClosed()
            known = packs.from_json(Item, body)
            self._shown[item_id, revision] = known
            while len(self._shown) > REMEMBERED:
                self._shown.popitem(last=False)
        return known
