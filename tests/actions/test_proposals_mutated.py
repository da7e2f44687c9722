"""Whatever is sent, what is live stays as it is until an administrator publishes something sound."""

import random

from actions import packs, proposals
from actions.actors import Console
from actions.app import App
from study.packs.deciding import DraftHasFaults
from study.refusal import Refusal
from tests.conftest import Hospital
from tests.sample import PACK
from tests.sample_packs import dumped, pack
from tests.storage.test_uploads_mutated import SEED, mutated

UPLOADS = 150


async def test_files_of_any_kind_change_nothing_that_is_live(app: App, hospital: Hospital) -> None:
    await packs.publish(app, Console.SHELL, PACK)
    rng = random.Random(SEED)
    sound = dumped(pack(pack={"id": "other", "title": "别的"})).encode()
    before = await packs.live(app, 1006)
    for number in range(UPLOADS):
        name = rng.choice(
            ["pack.yaml", "pack.zip", "bank.csv", "bank.xlsx", "bank.gift", "bank.json", "bank.xml", "x"]
        )
        found = await proposals.propose(app, 1006, name=name, data=mutated(rng, sound))
        if number % 10 == 0 and not found.usable:
            for refused in (proposals.publish, proposals.accept, proposals.try_out):
                try:
                    await refused(app, 1006, draft_id=found.draft_id)
                except DraftHasFaults:
                    continue
                except Refusal as refusal:
                    raise AssertionError(refusal.key) from refusal
                raise AssertionError("a pack with faults went through")
    assert await packs.live(app, 1006) == before
    assert len(await packs.versions(app, 1006)) == 1
    assert len(await proposals.waiting(app, 1006)) == 1
