/** The sandbox's time, and the ways to move it: it only ever goes forward. */

import * as api from "./api.js";
import { el, icon } from "./dom.js";
import { toast } from "./overlays.js";
import { fromPicker, fullOf, shortDay, timeOf, toPicker } from "./times.js";

const STEPS = [
  ["+5 分钟", { advance_minutes: 5 }],
  ["+1 小时", { advance_minutes: 60 }],
  ["明早 07:30", { next: "07:30" }],
];

export class Clock {
  #root;
  #face = el("time", { class: "clock-face" });
  #button;
  #panel;
  #picker;
  #base = Date.now();
  #readAt = performance.now();
  #moving = false;
  #minute = "";

  /** Called when the minute shown has changed. */
  onMinute = () => {};

  constructor(root) {
    this.#root = root;
    this.#button = el(
      "button",
      { type: "button", class: "clock-now", "aria-expanded": "false", "aria-controls": "clock-panel", title: "沙盒里的时间，点按可跳到别的时间", on: { click: () => this.#toggle() } },
      icon("clock"),
      this.#face,
    );
    this.#picker = el("input", { type: "datetime-local", id: "clock-to", "aria-label": "跳到的日期和时间" });
    this.#panel = this.#build();
    root.append(this.#button, el("div", { class: "clock-steps" }, this.#steps()), this.#panel);
    root.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || this.#panel.hidden) return;
      event.stopPropagation();
      this.#toggle(false);
      this.#button.focus();
    });
    document.addEventListener("pointerdown", (event) => this.#root.contains(event.target) || this.#toggle(false));
    setInterval(() => this.#show(), 1000);
    this.#show();
  }

  /** The sandbox's time now, between two readings carried on by this computer's clock. */
  now() {
    return new Date(this.#base + performance.now() - this.#readAt);
  }

  set(iso) {
    this.#base = Date.parse(iso);
    this.#readAt = performance.now();
    this.#show();
  }

  #steps() {
    return STEPS.map(([label, move]) => el("button", { type: "button", class: "step", on: { click: () => this.#move(move) } }, label));
  }

  #build() {
    const jump = (event) => {
      event.preventDefault();
      if (this.#picker.value) void this.#move({ to: fromPicker(this.#picker.value) });
    };
    return el(
      "form",
      { id: "clock-panel", class: "clock-panel", hidden: true, on: { submit: jump } },
      el("p", { class: "clock-hint" }, "时间只能向前走，到点的消息会立刻送出。"),
      el("div", { class: "clock-panel-steps" }, this.#steps()),
      el("label", { class: "clock-hint", for: "clock-to" }, "跳到"),
      el("div", { class: "clock-jump" }, this.#picker, el("button", { type: "submit", class: "primary" }, "前往")),
    );
  }

  #toggle(open = this.#panel.hidden) {
    this.#panel.hidden = !open;
    this.#button.setAttribute("aria-expanded", String(open));
    if (!open) return;
    this.#picker.min = toPicker(this.now());
    this.#picker.value = toPicker(this.now());
  }

  async #move(move) {
    if (this.#moving) return;
    this.#moving = true;
    this.#root.classList.add("moving");
    try {
      this.set((await api.clock(move)).now);
      this.#toggle(false);
      toast(`现在是 ${shortDay(this.now())} ${timeOf(this.now())}`);
    } catch (error) {
      toast(error.message, "fault");
    } finally {
      this.#moving = false;
      this.#root.classList.remove("moving");
    }
  }

  #show() {
    const now = this.now();
    const minute = toPicker(now);
    if (minute === this.#minute) return;
    this.#minute = minute;
    this.#face.replaceChildren(el("span", { class: "clock-day" }, shortDay(now)), el("span", { class: "clock-time" }, timeOf(now)));
    this.#face.dateTime = now.toISOString();
    this.#button.setAttribute("aria-label", `沙盒时间 ${fullOf(now)}，点按可跳到别的时间`);
    this.onMinute();
  }
}
