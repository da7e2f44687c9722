/** One chat as one person sees it: fetched in pieces, kept in step with the sandbox, drawn with the least change. */

import * as api from "./api.js";
import { bubble, daySeparator, serviceLine, typingBubble, unreadSeparator } from "./bubbles.js";
import { el, reconcile, settle } from "./dom.js";
import { dayOf, dayTitle } from "./times.js";

const PIECE = 80;
const MOST_KEPT = 400;
const TYPING_MS = 5000;
const RUN_MS = 5 * 60_000;
const NEAR_PX = 80;

export class Conversation {
  #scroller;
  #room;
  #toBottom;
  #now;
  #presses;
  #does;
  #welcome;
  #onMeta;

  #as = null;
  #chat = null;
  #isGroup = false;
  #version = 0;
  #messages = new Map();
  #ready = false;
  #failed = false;
  #hasOlder = false;
  #fetchingOlder = false;
  #unreadFrom = null;
  #typingUntil = 0;
  #typingTimer = null;
  #atBottom = true;
  #unseen = 0;
  #wantNewer = false;
  #wanted = new Set();
  #running = null;

  constructor({ scroller, room, toBottom, now, presses, does, welcome, onMeta }) {
    this.#scroller = scroller;
    this.#room = room;
    this.#toBottom = toBottom;
    this.#now = now;
    this.#presses = presses;
    this.#does = { ...does, onJump: (id) => this.#jump(id) };
    this.#welcome = welcome;
    this.#onMeta = onMeta;
    scroller.addEventListener("scroll", () => this.#onScroll(), { passive: true });
    toBottom.addEventListener("click", () => this.#goToBottom("smooth"));
    // Pictures that load and a keyboard that opens must not push the newest message out of sight.
    const keep = new ResizeObserver(() => this.#atBottom && this.#goToBottom());
    keep.observe(room);
    keep.observe(scroller);
    document.addEventListener("visibilitychange", () => this.#markRead());
  }

  /** The messages held, oldest first. */
  get messages() {
    return [...this.#messages.values()];
  }

  get isTyping() {
    return performance.now() < this.#typingUntil;
  }

  /** Shows another chat, or another person's view of it. `unread` puts the line above what is new. */
  async open({ as, chat, isGroup, unread }) {
    const version = ++this.#version;
    this.#as = as;
    this.#chat = chat;
    this.#isGroup = isGroup;
    this.#messages = new Map();
    this.#ready = this.#failed = this.#hasOlder = this.#fetchingOlder = this.#wantNewer = false;
    this.#wanted.clear();
    this.#unreadFrom = null;
    this.#typingUntil = 0;
    this.#unseen = 0;
    this.#atBottom = true;
    this.draw();
    try {
      const answer = await api.messages(chat, { as, limit: PIECE });
      if (version !== this.#version) return;
      this.#take(answer);
      this.#hasOlder = answer.messages.length === PIECE;
      const incoming = this.messages.filter((message) => message.from.id !== as);
      if (unread > 0 && unread <= incoming.length) this.#unreadFrom = incoming.at(-unread).message_id;
    } catch {
      if (version !== this.#version) return;
      this.#failed = true;
    }
    this.#ready = true;
    this.draw();
    const line = this.#room.querySelector(".unread-line");
    if (line) {
      line.scrollIntoView({ block: "start" });
      this.#onScroll();
    } else {
      this.#goToBottom();
    }
    this.#markRead();
  }

  /** Something happened in this chat. */
  note(kind, id) {
    if (kind === "typing") return this.#showTyping();
    if (kind === "delete") return this.#forget(id);
    if (kind === "edit" && id !== undefined) this.#wanted.add(id);
    else this.#wantNewer = true;
    void this.sync();
  }

  /** After a gap: what is shown is fetched anew. */
  async resume() {
    if (this.#chat === null) return;
    const version = this.#version;
    let answer;
    try {
      answer = await api.messages(this.#chat, { as: this.#as, limit: PIECE });
    } catch {
      // Still out of reach: the next gap that closes brings us here again.
      return;
    }
    if (version !== this.#version) return;
    const whole = answer.messages.length < PIECE;
    const oldest = answer.messages[0]?.message_id ?? 0;
    const touches = !whole && (this.messages.at(-1)?.message_id ?? -1) >= oldest;
    for (const id of [...this.#messages.keys()]) if (!touches || id >= oldest) this.#messages.delete(id);
    if (!touches) this.#hasOlder = !whole;
    this.#failed = false;
    this.#take(answer);
    this.draw();
    this.#markRead();
  }

  /** Fetches what was noted, one fetch at a time; resolves when nothing is left. */
  sync() {
    this.#running ??= this.#catchUp().finally(() => (this.#running = null));
    return this.#running;
  }

  draw() {
    const anchor = this.#atBottom ? null : this.#anchor();
    reconcile(this.#room, this.#blocks());
    if (this.#atBottom) this.#goToBottom();
    else if (anchor) this.#scroller.scrollTop += (this.#find(anchor.id)?.getBoundingClientRect().top ?? anchor.top) - anchor.top;
    this.#showToBottom();
  }

  async #catchUp() {
    while (this.#wantNewer || this.#wanted.size) {
      const version = this.#version;
      const as = this.#as;
      const chat = this.#chat;
      const newest = this.messages.at(-1)?.message_id ?? 0;
      const ids = [...this.#wanted].filter((id) => this.#messages.has(id));
      const newer = this.#wantNewer;
      this.#wanted.clear();
      this.#wantNewer = false;
      try {
        const answers = await Promise.all([
          ...ids.map((id) => api.messages(chat, { as, after: id - 1, before: id + 1, limit: 1 })),
          ...(newer ? [api.messages(chat, { as, after: newest, limit: PIECE })] : []),
        ]);
        if (version !== this.#version) continue;
        ids.forEach((id) => this.#messages.delete(id));
        const known = this.#messages.size + answers.slice(0, ids.length).flatMap((answer) => answer.messages).length;
        if (newer && answers.at(-1).messages.length === PIECE) {
          // More came than fits in a piece: begin again from the newest, so that no hole is left.
          this.#messages.clear();
          this.#hasOlder = true;
        }
        answers.forEach((answer) => this.#take(answer));
        if (!this.#atBottom) this.#unseen += Math.max(0, this.#messages.size - known);
        this.draw();
        if (newer) this.#markRead();
      } catch {
        // Out of reach: the gap is closed by resume() once the sandbox answers again.
        return;
      }
    }
  }

  #take({ messages, typing, keyboard, commands, force_reply: forceReply }) {
    const bot = messages.some((message) => message.from.is_bot);
    for (const message of messages) if (!message.deleted) this.#messages.set(message.message_id, message);
    this.#messages = new Map([...this.#messages].sort(([a], [b]) => a - b));
    if (this.#atBottom && this.#messages.size > MOST_KEPT) {
      this.#messages = new Map([...this.#messages].slice(-MOST_KEPT / 2));
      this.#hasOlder = true;
    }
    if (typing) this.#showTyping();
    else if (bot) this.#typingUntil = 0;
    this.#onMeta({ keyboard, commands, toAnswer: forceReply ? this.messages.findLast((message) => message.from.is_bot) : undefined });
  }

  #forget(id) {
    if (id === undefined) void this.resume();
    else if (this.#messages.delete(id)) this.draw();
  }

  #showTyping() {
    this.#typingUntil = performance.now() + TYPING_MS;
    clearTimeout(this.#typingTimer);
    this.#typingTimer = setTimeout(() => {
      this.draw();
      this.#onMeta({});
    }, TYPING_MS + 50);
    this.draw();
    this.#onMeta({});
  }

  #blocks() {
    if (!this.#ready) return [{ key: "wait", sign: "", build: () => el("div", { class: "loading" }, el("span", { class: "spinner" }), "正在打开对话…") }];
    if (this.#failed) return [{ key: "failed", sign: "", build: () => el("p", { class: "nothing" }, "对话暂时打不开。沙盒恢复后会自动重试。") }];
    if (!this.#messages.size && !this.isTyping) return [{ key: "welcome", sign: String(this.#chat), build: this.#welcome }];
    const blocks = [];
    if (this.#hasOlder) blocks.push({ key: "older", sign: "", build: () => el("div", { class: "loading older" }, el("span", { class: "spinner" })) });
    const bundles = albums(this.messages);
    bundles.forEach((parts, index) => {
      const head = parts[0];
      const previous = bundles[index - 1]?.[0];
      const next = bundles[index + 1]?.[0];
      const date = new Date(head.date);
      const newDay = !previous || dayOf(new Date(previous.date)) !== dayOf(date);
      if (newDay) {
        const title = dayTitle(date, this.#now());
        blocks.push({ key: `day-${dayOf(date)}`, sign: title, build: () => daySeparator(title) });
      }
      if (head.service) {
        blocks.push({ key: head.message_id, sign: head.text, build: () => serviceLine(head) });
        return;
      }
      const isNew = parts.some((part) => part.message_id === this.#unreadFrom);
      if (isNew) blocks.push({ key: "unread", sign: "", build: unreadSeparator });
      const look = {
        own: head.from.id === this.#as,
        isGroup: this.#isGroup,
        first: newDay || isNew || !runs(previous, head),
        last: !runs(head, next) || dayOf(new Date(next.date)) !== dayOf(date),
        reply: head.reply_to ? this.#messages.get(head.reply_to) ?? { message_id: head.reply_to, text: "较早的消息" } : null,
        waiting: this.#waiting(parts.at(-1)),
      };
      const sign = JSON.stringify([parts, look]);
      blocks.push({ key: head.message_id, sign, build: () => bubble(parts, look, this.#does) });
    });
    if (this.isTyping) blocks.push({ key: "typing", sign: "", build: () => typingBubble("机器人") });
    return blocks;
  }

  #waiting(message) {
    return (message.buttons ?? [])
      .flat()
      .map(({ data }) => data)
      .filter((data) => data && this.#presses.isWaiting(this.#chat, message.message_id, data));
  }

  /** The first message in sight: what the reader's eye is on stays where it is. */
  #anchor() {
    const top = this.#scroller.getBoundingClientRect().top;
    for (const node of this.#room.querySelectorAll("[data-message]")) {
      const box = node.getBoundingClientRect();
      if (box.bottom > top) return { id: node.dataset.message, top: box.top };
    }
    return null;
  }

  #find(id) {
    return this.#room.querySelector(`[data-message="${id}"]`);
  }

  #onScroll() {
    const { scrollTop, scrollHeight, clientHeight } = this.#scroller;
    this.#atBottom = scrollHeight - scrollTop - clientHeight < NEAR_PX;
    if (this.#atBottom) this.#unseen = 0;
    this.#showToBottom();
    if (scrollTop < 4 * NEAR_PX) void this.#fetchOlder();
  }

  async #fetchOlder() {
    if (!this.#hasOlder || this.#fetchingOlder || !this.#ready) return;
    this.#fetchingOlder = true;
    const version = this.#version;
    try {
      const before = this.messages[0]?.message_id;
      const answer = await api.messages(this.#chat, { as: this.#as, before, limit: PIECE });
      if (version !== this.#version) return;
      this.#hasOlder = answer.messages.length === PIECE;
      this.#atBottom = false;
      this.#take(answer);
      this.draw();
    } catch {
      // Scrolling again asks again.
    } finally {
      if (version === this.#version) this.#fetchingOlder = false;
    }
  }

  #jump(id) {
    const node = this.#find(id);
    if (!node) return;
    node.scrollIntoView({ block: "center", behavior: "smooth" });
    node.classList.remove("found");
    requestAnimationFrame(() => node.classList.add("found"));
  }

  #goToBottom(behavior = "instant") {
    this.#scroller.scrollTo({ top: this.#scroller.scrollHeight, behavior });
  }

  /** What a person has before their eyes is read; what waits in a hidden tab is not. */
  #markRead = settle(() => {
    if (document.hidden || !this.#ready || this.#failed) return;
    // A mark that is lost is made up for by the next message.
    api.read(this.#chat, this.#as).catch(() => {});
  }, 100);

  #showToBottom() {
    this.#toBottom.hidden = this.#atBottom || !this.#ready;
    this.#toBottom.dataset.count = this.#unseen ? String(Math.min(this.#unseen, 99)) : "";
  }
}

/** Neighbours with one media group are one bundle; everything else stands alone. */
function albums(messages) {
  const bundles = [];
  for (const message of messages) {
    const group = message.media_group_id;
    if (group && bundles.at(-1)?.[0].media_group_id === group) bundles.at(-1).push(message);
    else bundles.push([message]);
  }
  return bundles;
}

const runs = (one, two) => Boolean(one && two && !one.service && !two.service && one.from.id === two.from.id && Date.parse(two.date) - Date.parse(one.date) < RUN_MS);
