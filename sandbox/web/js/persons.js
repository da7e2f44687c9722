/** How a person or a chat is shown: name, initial, colour, role. */

import { el, icon } from "./dom.js";

const COLOURS = 8;
const CHINESE = /[\u3400-\u9fff]/;

/** Chinese names read surname first and without a space. */
export function fullName({ first_name: first = "", last_name: last = "" }) {
  if (!last) return first;
  return CHINESE.test(first + last) ? last + first : `${first} ${last}`;
}

/** The last part of a note such as "内科一支部 · 书记"; without a note the name. */
export function roleOf(person) {
  return person.note?.split(/[·|｜]/).at(-1).trim() || fullName(person);
}

export function avatar(id, name, kind = "person") {
  const tint = Math.abs(Number(id)) % COLOURS;
  const face = kind === "group" ? icon("group") : [...name.trim()][0]?.toUpperCase() ?? "?";
  return el("span", { class: `avatar avatar-${kind} tint-${tint}`, "aria-hidden": "true" }, face);
}

export function badge(count) {
  if (!count) return null;
  return el("span", { class: "badge", "aria-label": `${count} 条未读` }, count > 99 ? "99+" : String(count));
}
