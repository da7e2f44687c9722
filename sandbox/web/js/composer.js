/** Where a person writes: text, commands, reply keyboard, files; or starts or unblocks the bot. */

import * as api from "./api.js";
import { summary } from "./bubbles.js";
import { Commands } from "./commands.js";
import { el, icon, iconButton } from "./dom.js";
import { fileSheet, toast } from "./overlays.js";

const PLACEHOLDER = "输入消息…";
/** The most files that Telegram puts into one album. */
const ALBUM = 10;

export class Composer {
  #where = null;
  #drafts = new Map();
  #keyboard = null;
  #keyboardOpen = false;
  #reply = null;
  #editing = null;
  #askedFor = null;
  #queue = Promise.resolve();
  #botUsername;
  #lastOwn;

  #input = el("textarea", { rows: "1", id: "input", "aria-label": "消息", "aria-autocomplete": "list", "aria-controls": "commands", enterkeyhint: "send", placeholder: PLACEHOLDER });
  #files = el("input", { type: "file", multiple: true, hidden: true, id: "files", tabindex: "-1", "aria-label": "选择文件" });
  #note = el("div", { class: "composer-note", hidden: true });
  #replyKeyboard = el("div", { class: "reply-keyboard", role: "group", "aria-label": "快捷回复", hidden: true });
  #gate = el("div", { class: "gate", hidden: true });
  #commands = new Commands({ input: this.#input, onSend: (text) => this.#send(this.#addressed(text)) });
  #slash = iconButton("slash", "命令", () => this.#openCommands(), { "aria-haspopup": "listbox" });
  #toggle = iconButton("keyboard", "快捷回复", () => this.#showKeyboard(!this.#keyboardOpen));
  #sendButton = iconButton("send", "发送", () => this.#submit(), { class: "icon-button send" });
  #row;

  /** `lastOwn()` gives the person's newest own text message, for the arrow up. */
  constructor({ root, botUsername, lastOwn }) {
    this.#botUsername = botUsername;
    this.#lastOwn = lastOwn;
    this.#row = el(
      "div",
      { class: "composer-row" },
      this.#slash,
      iconButton("clip", "发送文件", () => this.#files.click()),
      this.#files,
      el("div", { class: "writing" }, this.#input),
      this.#toggle,
      this.#sendButton,
    );
    root.append(this.#commands.panel, this.#note, this.#row, this.#replyKeyboard, this.#gate);
    // The focus stays with the writing, so that a second tap closes the list that the first one opened.
    this.#slash.addEventListener("mousedown", (event) => event.preventDefault());
    this.#input.addEventListener("keydown", (event) => this.#onKey(event));
    this.#input.addEventListener("input", () => {
      this.#fit();
      this.#commands.suggest();
    });
    this.#input.addEventListener("blur", () => this.#commands.close());
    this.#input.addEventListener("paste", (event) => {
      const files = [...event.clipboardData.files];
      if (!files.length) return;
      event.preventDefault();
      void this.offerFiles(files);
    });
    this.#files.addEventListener("change", () => {
      const files = [...this.#files.files];
      this.#files.value = "";
      void this.offerFiles(files);
    });
  }

  /** Another chat or another person: what was half written there is kept. */
  open({ as, chat, isGroup }) {
    if (this.#where && !this.#editing) this.#drafts.set(this.#key(), this.#input.value);
    this.#where = { as, chat, isGroup };
    this.#setNote({});
    this.#commands.close();
    this.setKeyboard(null);
    this.#input.value = this.#drafts.get(this.#key()) ?? "";
    this.#fit();
  }

  /** `gate`: null to write, or {label, action} for the one thing that can be done. */
  setGate(gate) {
    this.#row.hidden = gate !== null;
    this.#gate.hidden = gate === null;
    if (gate) {
      this.#setNote({});
      this.#replyKeyboard.hidden = true;
      this.#gate.replaceChildren(el("button", { type: "button", class: "primary gate-button", on: { click: gate.action } }, gate.label));
    } else {
      this.#showKeyboard(this.#keyboardOpen);
    }
  }

  setCommands(commands) {
    this.#commands.set(commands);
    this.#slash.hidden = !this.#commands.hasAny;
  }

  /** The bot's reply keyboard, or null; a new one opens, the same one stays as it was put. */
  setKeyboard(keyboard) {
    if (JSON.stringify(keyboard) === JSON.stringify(this.#keyboard)) return;
    this.#keyboard = keyboard;
    this.#input.placeholder = keyboard?.input_field_placeholder || PLACEHOLDER;
    this.#replyKeyboard.replaceChildren(
      ...(keyboard?.keyboard ?? []).map((row) => el("div", { class: "reply-row" }, row.map((button) => this.#replyButton(button)))),
    );
    this.#showKeyboard(keyboard !== null);
  }

  reply(message) {
    this.#setNote({ reply: message });
    this.focus();
  }

  /** The bot asks for a reply to this message: it is offered once, and can be called off. */
  mustReply(message) {
    if (message.message_id === this.#askedFor || this.#editing) return;
    this.#askedFor = message.message_id;
    this.#setNote({ reply: message });
  }

  edit(message) {
    this.#setNote({ editing: message });
    this.#input.value = message.text;
    this.#fit();
    this.focus();
  }

  focus() {
    this.#input.focus();
  }

  /** Whether there was something to call off. */
  escape() {
    if (this.#commands.isOpen) this.#commands.close();
    else if (this.#editing || this.#reply) this.#setNote({});
    else return false;
    return true;
  }

  /** A text as this person in this chat, after those already on their way. */
  say(text) {
    this.#send(text);
  }

  async offerFiles(files) {
    if (!files.length || !this.#where) return;
    const where = this.#where;
    const replyTo = this.#reply?.message_id;
    const answer = await fileSheet(files);
    if (!answer) return;
    this.#setNote({});
    for (let start = 0; start < files.length; start += ALBUM) {
      const album = files.slice(start, start + ALBUM);
      const caption = start === 0 ? answer.caption : "";
      const what = { as: where.as, files: album, caption, replyTo, kind: answer.asPhoto ? "photo" : "document" };
      this.#then(() => api.upload(where.chat, what), () => {});
    }
  }

  #key() {
    return `${this.#where.as}:${this.#where.chat}`;
  }

  #addressed(command) {
    const username = this.#botUsername();
    return this.#where.isGroup && username ? `${command}@${username}` : command;
  }

  #replyButton({ text }) {
    const tap = () => {
      if (this.#keyboard?.one_time_keyboard) this.#showKeyboard(false);
      this.#send(text);
    };
    return el("button", { type: "button", class: "reply-button", title: text, on: { click: tap } }, text);
  }

  #showKeyboard(open) {
    this.#keyboardOpen = open && this.#keyboard !== null;
    this.#replyKeyboard.hidden = !this.#keyboardOpen || this.#row.hidden;
    this.#toggle.hidden = this.#keyboard === null;
    this.#toggle.setAttribute("aria-expanded", String(this.#keyboardOpen));
  }

  #setNote({ reply = null, editing = null }) {
    if (this.#editing && !editing) {
      this.#input.value = "";
      this.#fit();
    }
    this.#reply = reply;
    this.#editing = editing;
    const about = editing ?? reply;
    this.#note.hidden = !about;
    if (!about) return;
    this.#note.replaceChildren(
      icon(editing ? "edit" : "reply"),
      el("span", { class: "note-words" }, el("b", {}, editing ? "编辑消息" : `回复 ${about.from.name}`), el("span", {}, summary(about))),
      iconButton("close", "取消", () => this.#setNote({})),
    );
  }

  #openCommands() {
    this.#input.focus();
    this.#commands.toggle();
  }

  #onKey(event) {
    if (event.isComposing || this.#commands.takesKey(event)) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.#submit();
    } else if (event.key === "ArrowUp" && !this.#input.value) {
      const message = this.#lastOwn();
      if (!message) return;
      event.preventDefault();
      this.edit(message);
    }
  }

  #submit() {
    const text = this.#input.value.trim();
    if (!text) return;
    this.#input.value = "";
    this.#send(text);
  }

  #send(text) {
    const { as, chat } = this.#where;
    const editing = this.#editing;
    const replyTo = this.#reply?.message_id;
    this.#editing = null;
    this.#setNote({});
    this.#drafts.delete(this.#key());
    this.#fit();
    const task = editing
      ? () => api.edit(chat, editing.message_id, { as, text })
      : () => api.say(chat, { as, text, ...(replyTo ? { reply_to: replyTo } : {}) });
    this.#then(task, () => {
      // Nothing written is ever lost: it goes back where it was typed.
      if (this.#input.value || this.#where.chat !== chat || this.#where.as !== as) this.#drafts.set(`${as}:${chat}`, text);
      else this.#input.value = text;
      this.#fit();
    });
  }

  /** One after another, in the order of the taps. */
  #then(task, onFault) {
    this.#row.classList.add("sending");
    const mine = (this.#queue = this.#queue.then(task).then(
      () => {},
      (error) => {
        toast(`没有发出去：${error.message}`, "fault");
        onFault();
      },
    ));
    void mine.then(() => this.#queue === mine && this.#row.classList.remove("sending"));
  }

  /** As high as the text, up to a third of the window. */
  #fit() {
    this.#input.style.height = "auto";
    this.#input.style.height = `${Math.min(this.#input.scrollHeight, innerHeight / 3)}px`;
    this.#sendButton.classList.toggle("ready", this.#input.value.trim() !== "");
  }
}
