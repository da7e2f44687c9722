/** The bot's commands: all of them behind the "/" button, the fitting ones while one is typed. */

import { el } from "./dom.js";

export class Commands {
  panel = el("div", { class: "commands", role: "listbox", id: "commands", "aria-label": "命令", hidden: true });
  #input;
  #onSend;
  #all = [];
  #shown = [];
  #active = 0;

  constructor({ input, onSend }) {
    this.#input = input;
    this.#onSend = onSend;
    // The writing keeps the focus while the list is tapped.
    this.panel.addEventListener("mousedown", (event) => event.preventDefault());
  }

  get isOpen() {
    return !this.panel.hidden;
  }

  get hasAny() {
    return this.#all.length > 0;
  }

  set(commands) {
    this.#all = commands;
    if (this.isOpen) this.suggest();
  }

  toggle() {
    if (this.isOpen) this.close();
    else this.#open(this.#all);
  }

  close() {
    this.panel.hidden = true;
    this.#input.removeAttribute("aria-activedescendant");
  }

  /** Shows what fits the text typed so far, or closes. */
  suggest() {
    const typed = /^\/(\w*)$/.exec(this.#input.value)?.[1];
    this.#open(typed === undefined ? [] : this.#all.filter(({ command }) => command.startsWith(typed.toLowerCase())));
  }

  /** Whether the key was one for the list. */
  takesKey(event) {
    if (!this.isOpen) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const { command } = this.#shown[this.#active];
    if (step) this.#activate((this.#active + step + this.#shown.length) % this.#shown.length);
    else if (event.key === "Enter" && !event.shiftKey) this.#choose(command);
    else if (event.key === "Tab" && !event.shiftKey) this.#complete(command);
    else return false;
    event.preventDefault();
    return true;
  }

  #open(commands) {
    this.#shown = commands;
    if (!commands.length) return this.close();
    this.panel.replaceChildren(
      ...commands.map(({ command, description }, index) =>
        el(
          "div",
          { id: `command-${index}`, role: "option", class: "command-row", on: { click: () => this.#choose(command) } },
          el("span", { class: "command-name" }, `/${command}`),
          el("span", { class: "command-what" }, description),
        ),
      ),
    );
    this.panel.hidden = false;
    this.#activate(0);
  }

  #activate(index) {
    this.#active = index;
    [...this.panel.children].forEach((row, at) => row.setAttribute("aria-selected", String(at === index)));
    this.panel.children[index].scrollIntoView({ block: "nearest" });
    this.#input.setAttribute("aria-activedescendant", `command-${index}`);
  }

  #choose(command) {
    this.close();
    this.#input.value = "";
    this.#onSend(`/${command}`);
  }

  #complete(command) {
    this.#input.value = `/${command} `;
    this.close();
  }
}
