/** Small tools for building nodes. Text always goes in as text, never as markup. */

import { ICONS } from "./icons.js";

const SVG = "http://www.w3.org/2000/svg";

/**
 * An element with attributes, listeners and children.
 * `on` holds listeners; true sets a bare attribute; null, undefined and false leave it out.
 */
export function el(tag, { on = {}, ...attributes } = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    node.setAttribute(name, value === true ? "" : value);
  }
  for (const [event, listener] of Object.entries(on)) node.addEventListener(event, listener);
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** A line icon, hidden from screen readers; its button carries the words. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", `icon icon-${name}`);
  svg.setAttribute("aria-hidden", "true");
  for (const d of ICONS[name]) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", d);
    svg.append(path);
  }
  return svg;
}

export function iconButton(name, label, onClick, attributes = {}) {
  return el(
    "button",
    { type: "button", class: "icon-button", "aria-label": label, title: label, on: { click: onClick }, ...attributes },
    icon(name),
  );
}

/** Calls `action` once things have been quiet for `ms`; at the latest after five times as long. */
export function settle(action, ms) {
  let timer = null;
  let since = 0;
  return (...args) => {
    const now = performance.now();
    if (timer === null) since = now;
    clearTimeout(timer);
    const wait = Math.max(0, Math.min(ms, since + 5 * ms - now));
    timer = setTimeout(() => {
      timer = null;
      action(...args);
    }, wait);
  };
}

const drawn = new WeakMap();

/**
 * Makes `parent` show `items` ({key, sign, build}) in order, and touches only what changed: a node stays while its
 * sign stays, so that a press in progress, a selection or the keyboard's place survives what happens around it.
 * A rebuilt node gives the focus back to the part that had it (`data-focus`).
 */
export function reconcile(parent, items) {
  const before = drawn.get(parent) ?? new Map();
  const after = new Map(items.map((item) => [item.key, item]));
  for (const [key, { node }] of before) if (!after.has(key)) node.remove();
  let place = parent.firstChild;
  for (const item of after.values()) {
    const old = before.get(item.key);
    item.node = old?.sign === item.sign ? old.node : item.build();
    if (old && old.node !== item.node) {
      const part = old.node.contains(document.activeElement) ? document.activeElement.dataset.focus : undefined;
      if (place === old.node) place = item.node;
      old.node.replaceWith(item.node);
      if (part !== undefined) item.node.querySelector(`[data-focus="${CSS.escape(part)}"]`)?.focus({ preventScroll: true });
    }
    if (item.node === place) place = place.nextSibling;
    else parent.insertBefore(item.node, place);
  }
  drawn.set(parent, after);
}
