"""The page's parts by the names a person knows them by."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.async_api import Locator, Page


@dataclass(frozen=True)
class ChatPage:
    """One tab. `complaints` is what the browser's console has against the page."""

    page: Page
    url: str
    complaints: list[str]

    async def open(self, person: int, chat: int | None = None) -> None:
        """Opens the page as a person, before the private chat or another."""
        await self.page.goto(f"{self.url}/#as={person}&chat={chat or person}")
        await self.page.locator(".chat-head h1").wait_for()
        await self.page.locator("#messages .loading:not(.older)").wait_for(state="detached")

    async def write(self, text: str) -> None:
        await self.input.fill(text)
        await self.input.press("Enter")

    @property
    def input(self) -> Locator:
        return self.page.get_by_role("textbox", name="消息", exact=True)

    @property
    def messages(self) -> Locator:
        return self.page.locator(".message[data-message]")

    def message(self, text: str) -> Locator:
        return self.messages.filter(has_text=text)

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    @property
    def people(self) -> Locator:
        return self.page.get_by_role("listbox", name="所有人员").get_by_role("option")

    @property
    def search(self) -> Locator:
        return self.page.get_by_role("searchbox", name="搜索人员")

    @property
    def toast(self) -> Locator:
        return self.page.locator(".toast")

    @property
    def title(self) -> Locator:
        return self.page.locator(".chat-head h1")

    @property
    def subtitle(self) -> Locator:
        return self.page.locator(".head-words p")

    async def menu_of(self, message: Locator, item: str) -> None:
        """Opens a message's menu and takes an item."""
        await message.hover()
        await message.get_by_role("button", name="更多操作").click()
        await self.page.get_by_role("menuitem", name=item, exact=True).click()
