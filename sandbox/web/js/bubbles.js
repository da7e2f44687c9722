/** One message, or one album, as a bubble. */

import { inlineKeyboard } from "./buttons.js";
import { el, icon, iconButton } from "./dom.js";
import { renderEntities } from "./entities.js";
import { fileSign, sizeOf } from "./overlays.js";
import { avatar } from "./persons.js";
import { fullOf, timeOf } from "./times.js";

/**
 * `parts`: the messages of the bubble, one unless it is an album. `look`: {own, isGroup, first, last, reply, waiting}
 * where first and last tell the place in a run of one sender's. `does`: what taps lead to.
 */
export function bubble(parts, look, does) {
  const head = parts[0];
  const { own, isGroup, first, last } = look;
  const words = parts.find((part) => part.html) ?? head;
  const foot = parts.at(-1);
  const side = own ? "out" : "in";
  const photos = parts.filter((part) => part.photo);
  const documents = parts.filter((part) => part.document);
  const body = el(
    "div",
    { class: "bubble" },
    isGroup && !own && first ? el("div", { class: `sender tint-${Math.abs(head.from.id) % 8}${head.from.is_bot ? " is-bot" : ""}` }, head.from.name, head.from.is_bot ? el("span", { class: "tag" }, "机器人") : null) : null,
    head.forwarded_from ? el("div", { class: "forwarded" }, icon("forward"), "转发自 ", sourceOf(head.forwarded_from)) : null,
    look.reply ? replyQuote(look.reply, does) : null,
    photos.length ? gallery(photos, does) : null,
    documents.map((part) => documentRow(part.document)),
    el("div", { class: "text" }, words.html ? renderEntities(words.html, does) : null, meta(foot, own)),
    reactions(foot, does),
  );
  body.classList.toggle("bare-file", documents.length > 0 && !words.html);
  body.classList.toggle("bare-photo", photos.length > 0 && !words.html && !documents.length);
  const buttons = foot.buttons?.length ? foot.buttons : null;
  const article = el(
    "article",
    {
      class: `message ${side}${first ? " first" : ""}${last ? " last" : ""}${photos.length ? " with-photo" : ""}${buttons ? " with-buttons" : ""}`,
      "data-message": head.message_id,
      "aria-label": `${own ? "我" : head.from.name}，${timeOf(new Date(head.date))}`,
      on: {
        contextmenu: (event) => {
          if (event.target.closest("a, img") || String(getSelection())) return;
          event.preventDefault();
          does.onMenu(foot, event);
        },
        click: (event) => {
          // A finger has no right button: a tap on the message itself opens its menu.
          if (event.pointerType === "touch" && !event.target.closest("button, a, .spoiler")) does.onMenu(foot, event);
        },
      },
    },
    isGroup && !own ? (last ? avatar(head.from.id, head.from.name, head.from.is_bot ? "bot" : "person") : el("span", { class: "avatar-space" })) : null,
    el(
      "div",
      { class: "column" },
      el("div", { class: "line" }, body, iconButton("dots", "更多操作", (event) => does.onMenu(foot, event.currentTarget), { class: "icon-button more", "aria-haspopup": "menu", "data-focus": "more" })),
      buttons
        ? inlineKeyboard(buttons, {
            isWaiting: (data) => look.waiting.includes(data),
            onPress: (data) => does.onPress(foot, data),
            onUrl: does.onLink,
          })
        : null,
    ),
  );
  return article;
}

const sourceOf = (source) => (typeof source === "string" ? source : source.name ?? source.title ?? "");

function replyQuote(reply, does) {
  return el(
    "button",
    { type: "button", class: "reply-quote", on: { click: () => does.onJump(reply.message_id) } },
    el("span", { class: "reply-name" }, reply.from?.name ?? "消息"),
    el("span", { class: "reply-text" }, summary(reply)),
  );
}

/** A message in a line. */
export function summary(message) {
  return message.text?.replaceAll("\n", " ") || (message.photo ? "图片" : message.document ? message.document.file_name : "消息");
}

function gallery(photos, does) {
  const grid = el("div", { class: `gallery gallery-${Math.min(photos.length, 4)}` });
  for (const part of photos) {
    const { url, width, height } = part.photo;
    const picture = el("img", { src: url, width, height, alt: part.text || "图片", decoding: "async" });
    const frame = el("button", { type: "button", class: `photo${part.spoiler ? " covered" : ""}`, "aria-label": part.spoiler ? "被遮住的图片，点按显示" : "放大图片" }, picture);
    if (photos.length === 1 && width && height) frame.style.setProperty("--ratio", String(Math.max(0.55, Math.min(width / height, 3))));
    frame.addEventListener("click", () => {
      if (frame.classList.replace("covered", "uncovered")) frame.setAttribute("aria-label", "放大图片");
      else does.onPhoto(part);
    });
    grid.append(frame);
  }
  return grid;
}

function documentRow({ url, file_name: name, size }) {
  return el(
    "a",
    { class: "file", href: url, download: name, title: `下载 ${name}` },
    fileSign(name),
    el("span", { class: "file-words" }, el("span", { class: "file-name" }, name), el("span", { class: "file-size" }, sizeOf(size))),
    icon("download"),
  );
}

function meta(message, own) {
  const date = new Date(message.date);
  const title = message.edited ? `${fullOf(date)}，编辑于 ${fullOf(new Date(message.edit_date))}` : fullOf(date);
  return el(
    "span",
    { class: "meta", title },
    message.silent ? el("span", { class: "silent", role: "img", "aria-label": "静音消息" }, icon("bell_off")) : null,
    message.edited ? el("span", { class: "edited" }, "已编辑") : null,
    el("time", { datetime: message.date }, timeOf(date)),
    own ? icon("check") : null,
  );
}

function reactions(message, does) {
  if (!message.reactions?.length) return null;
  const counts = new Map();
  for (const emoji of message.reactions) counts.set(emoji, (counts.get(emoji) ?? 0) + 1);
  const chips = [...counts].map(([emoji, count]) =>
    el("button", { type: "button", class: "reaction", "aria-label": `${emoji} ${count}`, on: { click: () => does.onReact(message, emoji) } }, emoji, count > 1 ? el("span", {}, String(count)) : null),
  );
  return el("div", { class: "reactions" }, chips);
}

export function daySeparator(title) {
  return el("div", { class: "day", role: "separator", "aria-label": title }, el("span", {}, title));
}

/** What the chat itself tells: who joined, a new title, a pinned message. */
export function serviceLine({ message_id: id, text }) {
  return el("div", { class: "service", "data-message": id }, el("span", {}, text));
}

export function unreadSeparator() {
  return el("div", { class: "unread-line", role: "separator", "aria-label": "以下是未读消息" }, el("span", {}, "以下是未读消息"));
}

export function typingBubble(name) {
  const dots = el("div", { class: "bubble typing", role: "img", "aria-label": `${name}正在输入` }, el("i"), el("i"), el("i"));
  return el("div", { class: "message in first last" }, el("div", { class: "column" }, dots));
}
