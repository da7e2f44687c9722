/** The chats of the person chosen: the private one with the bot, then the groups. */

import * as api from "./api.js";
import { el, reconcile } from "./dom.js";
import { avatar, badge, fullName } from "./persons.js";
import { briefly } from "./times.js";

export class Chats {
  #list;
  #title;
  #onChoose;
  #now;
  #chats = [];
  #chosen = null;
  #as = null;

  constructor({ list, title, onChoose, now }) {
    this.#list = list;
    this.#title = title;
    this.#onChoose = onChoose;
    this.#now = now;
  }

  get unread() {
    return this.#chats.reduce((sum, chat) => sum + chat.unread, 0);
  }

  find(id) {
    return this.#chats.find((chat) => chat.id === id);
  }

  /** The chats of this person, fetched; an answer for somebody no longer chosen is dropped. */
  async refresh(person) {
    this.#as = person.id;
    const { chats } = await api.chats(person.id);
    if (this.#as !== person.id) return;
    this.#chats = chats;
    this.#title.textContent = `${fullName(person)}的对话`;
    this.draw();
  }

  choose(id) {
    this.#chosen = id;
    this.draw();
  }

  draw() {
    const rows = this.#chats.map((chat) => {
      const chosen = chat.id === this.#chosen;
      const time = chat.last && briefly(new Date(chat.last.date), this.#now());
      const build = () => el("li", {}, this.#row(chat, { chosen, time }));
      return { key: chat.id, sign: JSON.stringify([chat, chosen, time]), build };
    });
    reconcile(this.#list, rows);
  }

  #row(chat, { chosen, time }) {
    const { last } = chat;
    return el(
      "button",
      {
        type: "button",
        class: `row${chosen ? " chosen" : ""}`,
        "data-chat": chat.id,
        "data-focus": "row",
        "aria-current": chosen ? "true" : null,
        on: { click: () => this.#onChoose(chat) },
      },
      avatar(chat.id, chat.title, chat.type === "private" ? "bot" : "group"),
      el(
        "span",
        { class: "row-words" },
        el("span", { class: "row-title" }, el("span", {}, chat.title)),
        el("span", { class: "row-note" }, last ? `${last.from_bot || chat.type !== "private" ? "" : "我："}${last.text || "…"}` : "还没有消息"),
      ),
      el(
        "span",
        { class: "row-side" },
        last ? el("time", { class: "row-state", datetime: last.date }, time) : null,
        badge(chat.unread),
      ),
    );
  }
}
