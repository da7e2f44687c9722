/** The people side of the sandbox over HTTP; see sandbox/README.md. */

/** An expected "no" of the server's, or no answer at all (status 0, code "offline"). */
export class ApiError extends Error {
  constructor(status, code, message) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

const listeners = new Set();

/** Told true after every answer of the server's, false whenever it could not be reached. */
export function onReachable(listener) {
  listeners.add(listener);
}

async function call(path, { method = "GET", json, form, seconds = 15 } = {}) {
  const headers = json === undefined ? {} : { "Content-Type": "application/json" };
  const body = json === undefined ? form : JSON.stringify(json);
  let response, answer;
  try {
    response = await fetch(`/sandbox/${path}`, { method, headers, body, signal: AbortSignal.timeout(seconds * 1000) });
    answer = await response.json();
  } catch {
    listeners.forEach((listen) => listen(false));
    throw new ApiError(0, "offline", "沙盒没有回应");
  }
  listeners.forEach((listen) => listen(true));
  if (!response.ok) throw new ApiError(response.status, answer.error, answer.message ?? "出错了");
  return answer;
}

const query = (values) =>
  new URLSearchParams(Object.entries(values).filter(([, value]) => value !== undefined && value !== null && value !== ""));
const post = (path, json, seconds) => call(path, { method: "POST", json, seconds });

export const state = () => call("state");
export const people = (filter) => call(`people?${query(filter)}`);
export const chats = (as) => call(`chats?${query({ as })}`);
export const messages = (chat, range) => call(`chats/${chat}/messages?${query(range)}`);
export const say = (chat, what) => post(`chats/${chat}/messages`, what);
export const edit = (chat, id, what) => post(`chats/${chat}/messages/${id}/edit`, what);
export const remove = (chat, id, as) => post(`chats/${chat}/messages/${id}/delete`, { as });
export const react = (chat, id, what) => post(`chats/${chat}/messages/${id}/react`, what);
export const read = (chat, as) => post(`chats/${chat}/read`, { as });
export const block = (chat, as) => post(`chats/${chat}/block`, { as });
export const unblock = (chat, as) => post(`chats/${chat}/unblock`, { as });
export const start = (as, payload) => post("start", { as, payload });
export const clock = (move) => post("clock", move);

/** The server gives up after 15 s; a little longer here, so that its answer is the one seen. */
export const press = (chat, what) => post(`chats/${chat}/press`, what, 18);

/** `kind` is "photo" or "document"; several files go as one album. Large files may take their time. */
export function upload(chat, { as, files, caption, replyTo, kind }) {
  const form = new FormData();
  form.set("as", String(as));
  form.set("kind", kind);
  if (caption) form.set("caption", caption);
  if (replyTo) form.set("reply_to", String(replyTo));
  for (const file of files) form.append("file", file, file.name);
  return call(`chats/${chat}/messages`, { method: "POST", form, seconds: 120 });
}
