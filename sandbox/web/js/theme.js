/** Light, dark, or as the system says; remembered on this machine. */

import { icon } from "./dom.js";

const KEY = "sandbox-theme";
const NEXT = { auto: "dark", dark: "light", light: "auto" };
const NAMES = { auto: "跟随系统", dark: "深色", light: "浅色" };
const ICON = { auto: "auto", dark: "moon", light: "sun" };

const remembered = () => (localStorage.getItem(KEY) in NEXT ? localStorage.getItem(KEY) : "auto");

function apply(theme, button) {
  document.documentElement.dataset.theme = theme;
  const label = `外观：${NAMES[theme]}，点按切换为${NAMES[NEXT[theme]]}`;
  button.setAttribute("aria-label", label);
  button.title = label;
  button.replaceChildren(icon(ICON[theme]));
}

export function setUpTheme(button) {
  apply(remembered(), button);
  button.addEventListener("click", () => {
    const theme = NEXT[remembered()];
    localStorage.setItem(KEY, theme);
    apply(theme, button);
  });
}
