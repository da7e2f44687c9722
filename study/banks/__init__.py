"""Question banks as people have them: tables in any order and wording, GIFT, Moodle XML and maps, to a pack.

The face of this room: `tables.read`, `gift.read` and `maps.sheet` understand questions, `packed` makes a pack of them.
"""

from study.banks.packing import Cover, cover, packed
from study.banks.questions import Bank, Question, Where, Wording
from study.banks.sheets import Sheet

__all__ = ["Bank", "Cover", "Question", "Sheet", "Where", "Wording", "cover", "packed"]
