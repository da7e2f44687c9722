"""An expected "no"."""


class Refusal(Exception):
    """A request that the rules turn down.

    `key` names the text that the person sees and `params` fills it; subclasses stand beside the rule they speak for.
    """

    key = "refusal.generic"

    def __init__(self, **params: object) -> None:
        super().__init__(self.key, params)
        self.params = params
