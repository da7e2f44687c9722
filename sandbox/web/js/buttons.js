/** Inline keyboards: their rows, and what a press does. */

import * as api from "./api.js";
import { el, icon } from "./dom.js";
import { alertBox, toast } from "./overlays.js";

/**
 * Presses that wait for their answer. A spinner ends when the bot answers, when the server gives up after 15 s,
 * or when the request fails: in every case with the request.
 */
export class Presses {
  #waiting = new Set();
  #onChange;
  #onStale;
  #onUrl;
  #botName;

  constructor({ onChange, onStale, onUrl, botName }) {
    this.#onChange = onChange;
    this.#onStale = onStale;
    this.#onUrl = onUrl;
    this.#botName = botName;
  }

  isWaiting(chat, messageId, data) {
    return this.#waiting.has(this.#key(chat, messageId, data));
  }

  /** A second press of a button that still waits does nothing, as in Telegram. */
  async press({ as, chat, messageId, data }) {
    const key = this.#key(chat, messageId, data);
    if (this.#waiting.has(key)) return;
    this.#waiting.add(key);
    this.#onChange();
    try {
      this.#show(await api.press(chat, { as, message_id: messageId, data }));
    } catch (error) {
      if (error.status === 404 || error.status === 409) {
        toast("这个按钮已经换了，请看最新的消息");
        this.#onStale();
      } else {
        toast(error.message, "fault");
      }
    } finally {
      this.#waiting.delete(key);
      this.#onChange();
    }
  }

  #key(chat, messageId, data) {
    return JSON.stringify([chat, messageId, data]);
  }

  #show({ answered, text, show_alert: isAlert, url }) {
    if (!answered) toast("机器人没有回应这次点按");
    if (url) this.#onUrl(url);
    if (!text) return;
    if (isAlert) void alertBox(this.#botName(), text);
    else toast(text);
  }
}

/** `isWaiting(data)` tells which buttons spin. */
export function inlineKeyboard(rows, { isWaiting, onPress, onUrl }) {
  const keyboard = el("div", { class: "inline-keyboard", role: "group", "aria-label": "消息按钮" });
  rows.forEach((row, y) => {
    const line = el("div", { class: "inline-row" });
    row.forEach((button, x) => line.append(inlineButton(button, { place: `${y}-${x}`, isWaiting, onPress, onUrl })));
    keyboard.append(line);
  });
  return keyboard;
}

function inlineButton(button, { place, isWaiting, onPress, onUrl }) {
  const { text, data, url, copy_text: copied } = button;
  const waits = data !== undefined && data !== null && isWaiting(data);
  const words = el("span", { class: "inline-words" }, text);
  const attributes = { class: `inline-button${waits ? " waiting" : ""}`, "data-focus": place, title: text };
  if (url) {
    const click = (event) => onUrl(url) && event.preventDefault();
    return el("a", { ...attributes, href: safeUrl(url), target: "_blank", rel: "noopener noreferrer", on: { click } }, words, icon("external"));
  }
  const click = copied ? () => copy(copied) : () => onPress(data);
  return el(
    "button",
    { ...attributes, type: "button", "aria-busy": waits ? "true" : null, on: { click } },
    words,
    copied ? icon("copy") : null,
    waits ? el("span", { class: "spinner", "aria-hidden": "true" }) : null,
  );
}

const safeUrl = (url) => (URL.canParse(url) && ["http:", "https:", "tg:"].includes(new URL(url).protocol) ? url : null);

export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    toast("已复制");
  } catch {
    toast("浏览器不允许复制", "fault");
  }
}
