/** What happens in the sandbox, as it happens, and whether the sandbox is there at all. */

import { onReachable } from "./api.js";

const KINDS = ["message", "edit", "delete", "typing", "toast", "clock", "people", "chat"];
const RETRY_MS = 1500;
const GRACE_MS = 1200;

/**
 * One person's stream of events. `onEvent(kind, {chat, message_id})`; `onOnline(isOnline)`;
 * `onStart()` when it begins to flow, as something may have happened since the page was fetched; `onResume()` after
 * a gap, when anything may have been missed.
 * A hidden page gives its connection back, as a browser allows only six to one host.
 */
export class Live {
  #as = null;
  #source = null;
  #retry = null;
  #grace = null;
  #gap = false;
  #online = true;
  #hear;

  constructor(hear) {
    this.#hear = hear;
    onReachable((reached) => (reached ? this.#source?.readyState === EventSource.OPEN && this.#up() : this.#down()));
    document.addEventListener("visibilitychange", () => (document.hidden ? this.#close() : this.#open()));
    addEventListener("pagehide", () => this.#close());
  }

  follow(as) {
    if (as === this.#as && this.#source) return;
    this.#close();
    this.#gap = false;
    this.#as = as;
    this.#open();
  }

  #open() {
    if (this.#as === null || this.#source || document.hidden) return;
    const source = new EventSource(`/sandbox/events?as=${this.#as}`);
    this.#source = source;
    source.addEventListener("open", () => {
      this.#up();
      if (this.#gap) this.#hear.onResume();
      else this.#hear.onStart();
      this.#gap = false;
    });
    source.addEventListener("error", () => {
      this.#close();
      this.#down();
    });
    for (const kind of KINDS) {
      source.addEventListener(kind, ({ data }) => this.#hear.onEvent(kind, data ? JSON.parse(data) : {}));
    }
  }

  #close() {
    clearTimeout(this.#retry);
    if (this.#source) this.#gap = true;
    this.#source?.close();
    this.#source = null;
  }

  #up() {
    clearTimeout(this.#grace);
    this.#grace = null;
    if (!this.#online) this.#hear.onOnline((this.#online = true));
  }

  #down() {
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => {
      this.#close();
      this.#open();
    }, RETRY_MS);
    this.#grace ??= setTimeout(() => {
      if (this.#online) this.#hear.onOnline((this.#online = false));
    }, GRACE_MS);
  }
}
