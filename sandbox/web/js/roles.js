/** One tap from a member to a secretary to an administrator: the featured people as chips. */

import * as api from "./api.js";
import { el, reconcile } from "./dom.js";
import { avatar, badge, fullName, roleOf } from "./persons.js";

const MOST = 8;

export class Roles {
  #bar;
  #onChoose;
  #people = [];
  #chosen = null;

  constructor({ bar, onChoose }) {
    this.#bar = bar;
    this.#onChoose = onChoose;
    bar.addEventListener("keydown", (event) => this.#onKey(event));
  }

  async refresh() {
    this.#people = (await api.people({ featured: 1, limit: MOST })).people.filter((person) => person.featured);
    this.#draw();
  }

  choose(id) {
    this.#chosen = id;
    this.#draw();
    this.#bar.querySelector(".chosen")?.scrollIntoView({ block: "nearest", inline: "center" });
  }

  #draw() {
    const known = this.#people.some((person) => person.id === this.#chosen);
    const chips = this.#people.map((person, index) => {
      const chosen = person.id === this.#chosen;
      const reachable = chosen || (!known && index === 0);
      const sign = JSON.stringify([person, chosen, reachable]);
      return { key: person.id, sign, build: () => this.#chip(person, { chosen, reachable }) };
    });
    const focused = this.#bar.contains(document.activeElement);
    reconcile(this.#bar, chips);
    if (focused) this.#bar.querySelector("[tabindex='0']")?.focus();
  }

  #chip(person, { chosen, reachable }) {
    const name = fullName(person);
    return el(
      "button",
      {
        type: "button",
        role: "radio",
        class: `chip${chosen ? " chosen" : ""}`,
        "aria-checked": String(chosen),
        "aria-label": `${roleOf(person)}，${name}${person.unread ? `，${person.unread} 条未读` : ""}`,
        tabindex: reachable ? "0" : "-1",
        title: `${name} · ${person.note ?? ""}`,
        on: { click: () => this.#onChoose(person) },
      },
      avatar(person.id, name),
      el("span", { class: "chip-role" }, roleOf(person)),
      el("span", { class: "chip-name" }, name),
      badge(person.unread),
    );
  }

  #onKey(event) {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step || !this.#people.length) return;
    event.preventDefault();
    const at = this.#people.findIndex((person) => person.id === this.#chosen);
    this.#onChoose(this.#people.at((at + step) % this.#people.length));
  }
}
