"""How updates find their handler."""

from actions.app import App
from bot import dispatcher


def test_no_filter_is_asked_in_a_thread(app: App) -> None:
    slow = [
        f"{router.name}: {handler.callback}"
        for router in dispatcher.build(app).chain_tail
        for observer in router.observers.values()
        for handler in (observer._handler, *observer.handlers)
        for one in handler.filters or ()
        if not one.awaitable
    ]
    assert slow == []
