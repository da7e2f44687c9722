/** The list of everyone, of which only the rows in sight exist, and only the pages in sight are fetched. */

import * as api from "./api.js";
import { el, icon, reconcile, settle } from "./dom.js";
import { avatar, badge, fullName } from "./persons.js";

const ROW = 60;
const PAGE = 100;
const SPARE = 6;

export class People {
  #list;
  #room = el("div", { class: "people-room", role: "presentation" });
  #count;
  #search;
  #onChoose;
  #chosen = null;
  #active = -1;
  #query = "";
  #total = 0;
  #pages = new Map();
  #version = 0;

  constructor({ list, count, search, onChoose }) {
    this.#list = list;
    this.#count = count;
    this.#search = search;
    this.#onChoose = onChoose;
    list.append(this.#room);
    list.addEventListener("scroll", () => this.#draw(), { passive: true });
    list.addEventListener("keydown", (event) => this.#onKey(event));
    list.addEventListener("focus", () => list.matches(":focus-visible") && this.#activate(Math.max(this.#active, 0)));
    list.addEventListener("blur", () => this.#activate(-1));
    search.addEventListener("keydown", (event) => this.#onSearchKey(event));
    search.addEventListener("input", settle(() => this.#find(search.value.trim()), 100));
    new ResizeObserver(() => this.#draw()).observe(list);
  }

  choose(id) {
    this.#chosen = id;
    this.#draw();
  }

  /** Fetches what is in sight anew and keeps the place. */
  async refresh() {
    const version = ++this.#version;
    const pages = new Map();
    for (const page of this.#inSight()) {
      const answer = await this.#fetch(page);
      if (version !== this.#version) return;
      pages.set(page, answer.people);
      this.#total = answer.total;
    }
    this.#pages = pages;
    this.#draw();
  }

  async #find(query) {
    this.#query = query;
    this.#active = -1;
    const version = ++this.#version;
    try {
      const { people, total } = await this.#fetch(0);
      if (version !== this.#version) return;
      this.#pages = new Map([[0, people]]);
      this.#total = total;
    } catch {
      // The banner tells; when the sandbox is back, refresh() asks for the same again.
      return;
    }
    this.#list.scrollTop = 0;
    this.#draw();
  }

  #fetch(page) {
    return api.people({ q: this.#query, limit: PAGE, offset: page * PAGE });
  }

  #range() {
    const first = Math.max(0, Math.floor(this.#list.scrollTop / ROW) - SPARE);
    const rows = Math.ceil((this.#list.clientHeight || 600) / ROW) + 2 * SPARE;
    return [first, first + rows];
  }

  #inSight() {
    const [first, last] = this.#range();
    const pages = [];
    for (let page = Math.floor(first / PAGE); page <= Math.floor(last / PAGE); page++) pages.push(page);
    return pages;
  }

  #person(index) {
    return this.#pages.get(Math.floor(index / PAGE))?.[index % PAGE];
  }

  async #fill(page) {
    const version = this.#version;
    this.#pages.set(page, []);
    try {
      const { people } = await this.#fetch(page);
      if (version !== this.#version) return;
      this.#pages.set(page, people);
    } catch {
      // The banner tells; the page is asked for again when the sandbox is back.
      this.#pages.delete(page);
      return;
    }
    this.#draw();
  }

  #draw() {
    this.#count.textContent = this.#query ? `找到 ${this.#total} 人` : `所有人员 · ${this.#total}`;
    this.#room.style.height = `${this.#total * ROW}px`;
    const [first, last] = this.#range();
    const rows = [];
    for (let index = first; index < Math.min(last, this.#total); index++) rows.push(this.#row(index));
    if (!this.#total && this.#query) {
      const words = `没有找到“${this.#query}”`;
      rows.push({ key: "none", sign: words, build: () => el("p", { class: "people-none", role: "presentation" }, words) });
    }
    reconcile(this.#room, rows);
    for (const page of this.#inSight()) if (page * PAGE < this.#total && !this.#pages.has(page)) void this.#fill(page);
  }

  #row(index) {
    const person = this.#person(index);
    const chosen = person !== undefined && person.id === this.#chosen;
    const active = index === this.#active;
    const sign = JSON.stringify([person, chosen, active, this.#query, this.#total]);
    return { key: index, sign, build: () => this.#build(index, person, { chosen, active }) };
  }

  #build(index, person, { chosen, active }) {
    const name = person ? fullName(person) : "";
    const state = person?.blocked ? "已屏蔽" : person?.started ? null : "未开始";
    const row = el("div", {
      id: `row-${index}`,
      role: "option",
      class: `row${person ? "" : " row-waiting"}${chosen ? " chosen" : ""}${active ? " active" : ""}`,
      "aria-selected": String(chosen),
      "aria-setsize": this.#total,
      "aria-posinset": index + 1,
    });
    row.style.transform = `translateY(${index * ROW}px)`;
    if (!person) return row;
    row.dataset.person = person.id;
    row.addEventListener("click", () => this.#onChoose(person));
    row.append(
      avatar(person.id, name),
      el(
        "span",
        { class: "row-words" },
        el("span", { class: "row-title" }, el("span", {}, this.#marked(name)), person.featured ? icon("pin") : null),
        el("span", { class: "row-note" }, this.#marked(person.note || (person.username ? `@${person.username}` : "—"))),
      ),
      el("span", { class: "row-side" }, state ? el("span", { class: "row-state" }, state) : null, badge(person.unread) ?? ""),
    );
    return row;
  }

  /** The text with the words that were searched for marked. */
  #marked(text) {
    const words = this.#query.split(/\s+/).filter(Boolean);
    if (!words.length) return text;
    const sought = new RegExp(`(${words.map((word) => word.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&")).join("|")})`, "giu");
    return text.split(sought).map((piece, index) => (index % 2 ? el("mark", {}, piece) : piece));
  }

  #activate(index) {
    this.#active = Math.min(index, this.#total - 1);
    if (this.#active >= 0) {
      const top = this.#active * ROW;
      const { scrollTop, clientHeight } = this.#list;
      if (top < scrollTop) this.#list.scrollTop = top;
      else if (top + ROW > scrollTop + clientHeight) this.#list.scrollTop = top + ROW - clientHeight;
      this.#list.setAttribute("aria-activedescendant", `row-${this.#active}`);
    } else {
      this.#list.removeAttribute("aria-activedescendant");
    }
    this.#draw();
  }

  #onKey(event) {
    const screen = Math.max(1, Math.floor(this.#list.clientHeight / ROW) - 1);
    const moves = { ArrowDown: 1, ArrowUp: -1, PageDown: screen, PageUp: -screen, Home: -this.#total, End: this.#total };
    if (event.key in moves) {
      event.preventDefault();
      this.#activate(Math.max(0, this.#active + moves[event.key]));
    } else if ((event.key === "Enter" || event.key === " ") && this.#person(this.#active)) {
      event.preventDefault();
      this.#onChoose(this.#person(this.#active));
    }
  }

  #onSearchKey(event) {
    if (event.key === "ArrowDown") {
      event.preventDefault();
      this.#list.focus();
    } else if (event.key === "Enter" && this.#person(0)) {
      this.#onChoose(this.#person(0));
    } else if (event.key === "Escape" && this.#search.value) {
      event.stopPropagation();
      this.#search.value = "";
      void this.#find("");
    }
  }
}
