/** What lies above the chat: toasts, alerts, menus, the lightbox, the sheet for files. */

import { el, icon, iconButton } from "./dom.js";

const TOAST_MS = 4200;
const MOST_TOASTS = 3;

/** A word that passes; `kind` "fault" for something that went wrong. */
export function toast(text, kind = "note") {
  const room = document.getElementById("toasts");
  const note = el("button", { type: "button", class: `toast toast-${kind}`, title: "点按关闭", on: { click: () => note.remove() } }, text);
  room.append(note);
  while (room.children.length > MOST_TOASTS) room.firstChild.remove();
  setTimeout(() => note.remove(), TOAST_MS);
}

/** Shows a dialog and resolves with its return value once it is closed; Esc and a tap outside close it with "". */
function show(dialog) {
  document.body.append(dialog);
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close(""));
  dialog.addEventListener("cancel", () => (dialog.returnValue = ""));
  // Keys meant for the dialog are not the chat's.
  dialog.addEventListener("keydown", (event) => event.stopPropagation());
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue);
    });
  });
}

/** What a bot says with show_alert: it stays until it is acknowledged. */
export async function alertBox(title, text) {
  const dialog = el(
    "dialog",
    { class: "box", role: "alertdialog", "aria-label": title },
    el("h2", {}, title),
    el("p", {}, text),
    el("div", { class: "box-actions" }, el("button", { type: "button", class: "primary", autofocus: true, on: { click: () => dialog.close("ok") } }, "知道了")),
  );
  await show(dialog);
}

/** True when the person agrees. */
export async function confirmBox({ title, text, yes }) {
  const dialog = el(
    "dialog",
    { class: "box", role: "alertdialog", "aria-label": title },
    el("h2", {}, title),
    el("p", {}, text),
    el(
      "div",
      { class: "box-actions" },
      el("button", { type: "button", class: "quiet", on: { click: () => dialog.close("") } }, "取消"),
      el("button", { type: "button", class: "primary", autofocus: true, on: { click: () => dialog.close("yes") } }, yes),
    ),
  );
  return (await show(dialog)) === "yes";
}

/** `items`: [{icon, label, action, danger}] or {row: node}. The menu closes on a choice, Esc, or a tap elsewhere. */
export function openMenu(anchor, items) {
  document.querySelector(".menu")?.dispatchEvent(new Event("dismiss"));
  const before = document.activeElement;
  const close = (giveBack) => {
    menu.remove();
    document.removeEventListener("pointerdown", outside, true);
    if (giveBack && before?.isConnected) before.focus();
  };
  const outside = (event) => menu.contains(event.target) || close(false);
  const menu = el("div", { class: "menu", role: "menu", tabindex: "-1" });
  for (const item of items) {
    if (item.row) {
      menu.append(item.row);
      item.row.addEventListener("click", () => close(true));
      continue;
    }
    const choose = () => {
      close(true);
      item.action();
    };
    const attributes = { type: "button", role: "menuitem", class: item.danger ? "danger" : null, on: { click: choose } };
    menu.append(el("button", attributes, icon(item.icon), item.label));
  }
  menu.addEventListener("dismiss", () => close(false));
  menu.addEventListener("keydown", (event) => {
    event.stopPropagation();
    const buttons = [...menu.querySelectorAll("button")];
    const at = buttons.indexOf(document.activeElement);
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (step) buttons.at((at + step) % buttons.length)?.focus();
    else if (event.key === "Escape" || event.key === "Tab") close(true);
    else return;
    event.preventDefault();
  });
  document.body.append(menu);
  place(menu, anchor);
  document.addEventListener("pointerdown", outside, true);
  menu.querySelector("button")?.focus();
}

/** Beside its anchor, and inside the window. `anchor` is an element or a pointer event. */
function place(menu, anchor) {
  const box = anchor instanceof Element ? anchor.getBoundingClientRect() : new DOMRect(anchor.clientX, anchor.clientY);
  const { offsetWidth: width, offsetHeight: height } = menu;
  const margin = 8;
  const left = anchor instanceof Element ? box.right - width : box.left;
  const below = box.bottom + 4;
  const top = below + height + margin > innerHeight ? box.top - height - 4 : below;
  menu.style.left = `${Math.max(margin, Math.min(left, innerWidth - width - margin))}px`;
  menu.style.top = `${Math.max(margin, top)}px`;
}

/** `photos`: [{url, caption, name}]; arrows go from one to the next. */
export async function lightbox(photos, at) {
  const picture = el("img", { alt: "" });
  const caption = el("p", { class: "lightbox-caption" });
  const save = el("a", { class: "icon-button", "aria-label": "保存图片", title: "保存图片" }, icon("download"));
  const turn = (step) => {
    at = (at + step + photos.length) % photos.length;
    const { url, caption: words, name } = photos[at];
    picture.src = url;
    picture.alt = words || "图片";
    caption.textContent = words;
    save.href = url;
    save.download = name;
  };
  const many = photos.length > 1;
  const dialog = el(
    "dialog",
    { class: "lightbox", "aria-label": "图片" },
    el("div", { class: "lightbox-bar" }, save, iconButton("close", "关闭", () => dialog.close(""), { autofocus: true })),
    many ? iconButton("left", "上一张", () => turn(-1), { class: "icon-button lightbox-turn" }) : null,
    el("figure", { on: { click: (event) => event.target !== picture && dialog.close("") } }, picture, caption),
    many ? iconButton("right", "下一张", () => turn(1), { class: "icon-button lightbox-turn" }) : null,
  );
  dialog.addEventListener("keydown", ({ key }) => many && { ArrowLeft: () => turn(-1), ArrowRight: () => turn(1) }[key]?.());
  turn(0);
  await show(dialog);
}

/** Asks how to send files; resolves with {caption, asPhoto} or null. */
export async function fileSheet(files) {
  const pictures = files.every((file) => file.type.startsWith("image/"));
  const caption = el("textarea", { rows: "2", placeholder: "说明（可不填）", "aria-label": "文件说明", autofocus: true });
  const asPhoto = el("input", { type: "checkbox", id: "as-photo" });
  asPhoto.checked = pictures;
  const send = () => dialog.close("send");
  caption.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    send();
  });
  const previews = files.map((file) => preview(file));
  const dialog = el(
    "dialog",
    { class: "box sheet", "aria-label": "发送文件" },
    el("h2", {}, files.length > 1 ? `发送 ${files.length} 个文件` : "发送文件"),
    el("ul", { class: "sheet-files" }, previews.map(({ node }) => el("li", {}, node))),
    pictures ? el("label", { class: "sheet-choice", for: "as-photo" }, asPhoto, "以图片发送") : null,
    caption,
    el(
      "div",
      { class: "box-actions" },
      el("button", { type: "button", class: "quiet", on: { click: () => dialog.close("") } }, "取消"),
      el("button", { type: "button", class: "primary", on: { click: send } }, "发送"),
    ),
  );
  const answer = await show(dialog);
  previews.forEach(({ release }) => release());
  return answer === "send" ? { caption: caption.value.trim(), asPhoto: pictures && asPhoto.checked } : null;
}

function preview(file) {
  const words = el("span", { class: "file-words" }, el("span", { class: "file-name" }, file.name), el("span", { class: "file-size" }, sizeOf(file.size)));
  if (!file.type.startsWith("image/")) return { node: el("div", { class: "file" }, fileSign(file.name), words), release: () => {} };
  const url = URL.createObjectURL(file);
  return { node: el("div", { class: "file" }, el("img", { src: url, alt: "" }), words), release: () => URL.revokeObjectURL(url) };
}

/** A file's sign: its ending on a coloured sheet. */
export function fileSign(name) {
  const ending = (name.includes(".") ? name.split(".").at(-1) : "").slice(0, 4).toLowerCase();
  const kind = { xlsx: "sheet", xls: "sheet", csv: "sheet", pdf: "pdf", doc: "text", docx: "text", yaml: "code", yml: "code", json: "code", zip: "code" };
  return el("span", { class: `file-sign file-${kind[ending] ?? "other"}`, "aria-hidden": "true" }, ending || icon("file"));
}

/** 812 字节, 3.4 KB, 1.2 MB */
export function sizeOf(bytes) {
  if (bytes < 1000) return `${bytes} 字节`;
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(1)} KB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
