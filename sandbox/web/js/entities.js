/**
 * A message's formatted text as nodes. The server renders it from entities and escapes the rest; here it is parsed in
 * an inert document and copied through an allow-list, so that even a mistake there could not run anything here.
 */

import { el, icon } from "./dom.js";

const policy = globalThis.trustedTypes?.createPolicy("entities", { createHTML: (html) => html });
const parse = (html) => new DOMParser().parseFromString(policy ? policy.createHTML(html) : html, "text/html").body;

const PLAIN = { B: "b", STRONG: "b", I: "i", EM: "i", U: "u", INS: "u", S: "s", STRIKE: "s", DEL: "s", CODE: "code" };
const SCHEMES = new Set(["http:", "https:", "tg:", "mailto:", "tel:"]);

/** `onLink(url)` may take a link over by returning true; `onCommand("/today")` follows a tap on a command. */
export function renderEntities(html, { onLink, onCommand }) {
  const fragment = document.createDocumentFragment();
  fragment.append(...copies(parse(html), { onLink, onCommand }));
  return fragment;
}

function copies(parent, context) {
  return [...parent.childNodes].flatMap((node) => copy(node, context));
}

const isBlock = (node) => node?.nodeType === Node.ELEMENT_NODE && (node.tagName === "PRE" || node.tagName === "BLOCKQUOTE");

/** A block begins and ends its own line: the line break beside it is not another empty one. */
function textOf(node) {
  let text = node.data;
  if (isBlock(node.previousSibling)) text = text.replace(/^\n/, "");
  if (isBlock(node.nextSibling)) text = text.replace(/\n$/, "");
  return text;
}

function copy(node, context) {
  if (node.nodeType === Node.TEXT_NODE) return [textOf(node)];
  if (node.nodeType !== Node.ELEMENT_NODE) return [];
  const tag = node.tagName;
  if (tag === "BR") return ["\n"];
  if (tag === "PRE") return [preformatted(node)];
  if (tag === "BLOCKQUOTE") return [quote(node, context)];
  if (tag === "TG-SPOILER" || (tag === "SPAN" && node.classList.contains("tg-spoiler"))) return [spoiler(node, context)];
  if (tag === "A" && node.classList.contains("bot-command")) return [command(node, context)];
  if (tag === "A") return [anchor(node.getAttribute("href") ?? "", copies(node, context), context)];
  if (tag in PLAIN) return [el(PLAIN[tag], {}, copies(node, context))];
  return copies(node, context);
}

function command(node, { onCommand }) {
  const text = node.textContent;
  return el("button", { type: "button", class: "command", on: { click: () => onCommand(text) } }, text);
}

function anchor(href, children, { onLink }) {
  const url = URL.canParse(href) ? new URL(href) : null;
  if (!url || !SCHEMES.has(url.protocol)) return el("span", { class: "named" }, children);
  const click = (event) => {
    if (onLink(url.href)) event.preventDefault();
  };
  return el("a", { href: url.href, target: "_blank", rel: "noopener noreferrer", title: url.href, on: { click } }, children);
}

function preformatted(node) {
  const code = node.querySelector("code");
  const language = [...(code?.classList ?? [])].find((name) => name.startsWith("language-"))?.slice("language-".length);
  return el("pre", { "data-language": language }, el("code", {}, node.textContent));
}

function quote(node, context) {
  const children = copies(node, context);
  if (!node.hasAttribute("expandable")) return el("blockquote", {}, children);
  const text = el("div", { class: "quote-text" }, children);
  const block = el("blockquote", { class: "expandable" }, text);
  const toggle = el("button", { type: "button", class: "quote-toggle", "aria-expanded": "false", "aria-label": "展开引用" }, icon("down"));
  toggle.addEventListener("click", () => {
    const open = block.classList.toggle("open");
    toggle.setAttribute("aria-expanded", String(open));
    toggle.setAttribute("aria-label", open ? "收起引用" : "展开引用");
  });
  block.append(toggle);
  // What fits in three lines needs no opening.
  new ResizeObserver(() => {
    if (!block.classList.contains("open")) toggle.hidden = text.scrollHeight <= text.clientHeight + 2;
  }).observe(text);
  return block;
}

function spoiler(node, context) {
  const cover = el("span", { class: "spoiler", role: "button", tabindex: "0", "aria-label": "被遮住的文字，点按显示" });
  cover.append(el("span", {}, copies(node, context)));
  const reveal = (event) => {
    if (cover.classList.contains("revealed")) return;
    event.preventDefault();
    event.stopPropagation();
    cover.classList.add("revealed");
    for (const name of ["role", "tabindex", "aria-label"]) cover.removeAttribute(name);
  };
  // Capture, so that the first tap only uncovers a link and does not follow it.
  cover.addEventListener("click", reveal, true);
  cover.addEventListener("keydown", (event) => (event.key === "Enter" || event.key === " ") && reveal(event));
  return cover;
}
