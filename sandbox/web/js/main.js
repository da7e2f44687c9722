/** Puts the page together: who is chosen, which chat is open, and what reaches whom. */

import * as api from "./api.js";
import { Presses, copy } from "./buttons.js";
import { Chats } from "./chats.js";
import { Clock } from "./clock.js";
import { Composer } from "./composer.js";
import { Conversation } from "./conversation.js";
import { el, icon, iconButton, settle } from "./dom.js";
import { Live } from "./live.js";
import { confirmBox, lightbox, openMenu, toast } from "./overlays.js";
import { People } from "./people.js";
import { avatar, fullName } from "./persons.js";
import { Roles } from "./roles.js";
import { setUpTheme } from "./theme.js";

const EMOJI = ["👍", "❤", "👏", "🎉", "🤔", "🙏"];
const BEGIN_AGAIN_MS = 1500;
const HOSTS = new Set(["t.me", "telegram.me"]);
const $ = (id) => document.getElementById(id);

const phone = matchMedia("(max-width: 760px)");
const touch = matchMedia("(pointer: coarse)");

let bot = null;
let person = null;
let chatId = null;
let turns = 0;

setUpTheme($("theme"));
$("to-bottom").append(icon("down"));

const clock = new Clock($("clock"));
const people = new People({ list: $("people"), count: $("people-count"), search: $("search"), onChoose: (one) => go(one.id, one.id) });
const roles = new Roles({ bar: $("roles"), onChoose: (one) => go(one.id, one.id) });
const chats = new Chats({ list: $("chats"), title: $("me-title"), onChoose: (chat) => go(person.id, chat.id), now: () => clock.now() });

const presses = new Presses({
  onChange: () => conversation.draw(),
  onStale: () => void conversation.resume(),
  onUrl: (url) => followUrl(url),
  botName: () => bot?.first_name ?? "机器人",
});

const composer = new Composer({
  root: $("composer"),
  botUsername: () => bot?.username,
  lastOwn: () => conversation.messages.findLast((message) => message.from.id === person.id && message.text && !message.photo && !message.document),
});

const conversation = new Conversation({
  scroller: $("scroller"),
  room: $("messages"),
  toBottom: $("to-bottom"),
  now: () => clock.now(),
  presses,
  welcome: () => drawWelcome(),
  onMeta: ({ keyboard, commands, toAnswer }) => {
    if (toAnswer) composer.mustReply(toAnswer);
    if (keyboard !== undefined) composer.setKeyboard(keyboard);
    if (commands !== undefined) composer.setCommands(commands);
    drawHead();
  },
  does: {
    onPress: (message, data) => presses.press({ as: person.id, chat: chatId, messageId: message.message_id, data }),
    onLink: (url) => openDeepLink(url),
    onCommand: (command) => composer.say(command),
    onReply: (message) => composer.reply(message),
    onPhoto: (part) => showPhoto(part),
    onReact: (message, emoji) => void act(() => api.react(chatId, message.message_id, { as: person.id, emoji })),
    onMenu: (message, anchor) => openMenu(anchor, messageMenu(message)),
  },
});

const live = new Live({
  onEvent: (kind, { chat, message_id: id }) => {
    if (kind === "clock") void refreshState();
    if (kind === "people") refreshPeople();
    if (kind === "chat") void refreshState();
    if (["message", "edit", "delete", "chat", "people"].includes(kind)) refreshChats();
    if (["message", "edit", "delete", "typing", "chat"].includes(kind) && chat === chatId) conversation.note(kind, id);
  },
  onOnline: (online) => {
    $("offline").hidden = online;
    document.body.classList.toggle("is-offline", !online);
  },
  onStart: () => void conversation.resume(),
  onResume: () => void act(resume),
});

const refreshChats = settle(() => {
  if (person) void act(async () => {
    await chats.refresh(person);
    drawHead();
  });
}, 60);
const refreshPeople = settle(() => void act(async () => {
  await Promise.all([people.refresh(), roles.refresh(), refreshPerson()]);
}), 200);

async function refreshState() {
  await act(async () => {
    const state = await api.state();
    bot = state.bot;
    clock.set(state.now);
    drawHead();
  });
}

async function refreshPerson() {
  if (!person) return;
  const { id } = person;
  const [fresh] = (await api.people({ ids: id })).people;
  if (!fresh || person.id !== id) return;
  person = fresh;
  drawHead();
}

async function resume() {
  await refreshState();
  await Promise.all([people.refresh(), roles.refresh(), refreshPerson(), person && chats.refresh(person), conversation.resume()]);
}

/** Runs what may fail; the banner speaks for a sandbox that is gone, a toast for everything else. */
async function act(task) {
  try {
    await task();
  } catch (error) {
    if (!(error instanceof api.ApiError)) throw error;
    if (error.status !== 0) toast(error.message, "fault");
  }
}

/* Which person and which chat: the address says it, so that it can be shared and gone back to. */

function go(as, chat) {
  const hash = chat === null ? `#as=${as}` : `#as=${as}&chat=${chat}`;
  if (hash !== location.hash) location.hash = hash;
  else showPane(chat);
}

/** On a phone the list or the chat; a wide window shows both. */
function showPane(chat) {
  $("panes").dataset.pane = chat === null ? "list" : "chat";
}

function backToList() {
  history.replaceState(null, "", `#as=${person.id}`);
  showPane(null);
}

async function follow() {
  const turn = ++turns;
  const wanted = new URLSearchParams(location.hash.slice(1));
  const as = Number(wanted.get("as"));
  const chat = Number(wanted.get("chat")) || null;
  showPane(chat);
  await act(async () => {
    if (person?.id === as) return openChat(chats.find(chat)?.id ?? as, false);
    const [found] = as ? (await api.people({ ids: as })).people : [];
    const chosen = found ?? (await api.people({ limit: 1 })).people[0];
    if (turn !== turns) return;
    if (!chosen) return drawNobody();
    await chats.refresh(chosen);
    if (turn !== turns) return;
    person = chosen;
    if (chosen.id !== as) history.replaceState(null, "", `#as=${chosen.id}`);
    live.follow(chosen.id);
    people.choose(chosen.id);
    roles.choose(chosen.id);
    await openChat(chats.find(chat)?.id ?? chosen.id, true);
  });
}

async function openChat(id, changed) {
  if (!changed && id === chatId) return;
  chatId = id;
  const isGroup = id < 0;
  chats.choose(id);
  composer.open({ as: person.id, chat: id, isGroup });
  drawHead();
  const choosing = $("roles").contains(document.activeElement) && document.activeElement.matches(":focus-visible");
  if (!touch.matches && $("panes").dataset.pane === "chat" && !choosing) composer.focus();
  await conversation.open({ as: person.id, chat: id, isGroup, unread: chats.find(id)?.unread ?? 0 });
}

function drawNobody() {
  $("chat-head").replaceChildren(el("p", { class: "nothing" }, "这里还没有人。机器人准备好人员后会自动出现。"));
}

function drawWelcome() {
  const title = chats.find(chatId)?.title ?? "";
  const isPrivate = chatId > 0;
  const hint = isPrivate ? "这里还没有消息。和在 Telegram 里一样，先点“开始”打个招呼。" : "群里还没有人说话。";
  return el("div", { class: "welcome" }, avatar(chatId, title, isPrivate ? "bot" : "group"), el("h2", {}, title), el("p", {}, hint));
}

/* The head of the chat, and the gate in place of the composer. */

function drawHead() {
  if (!person || chatId === null) return;
  const chat = chats.find(chatId);
  const isPrivate = chatId > 0;
  const title = chat?.title ?? bot?.first_name ?? "机器人";
  const typing = conversation.isTyping;
  const who = `以 ${fullName(person)} 的身份`;
  const words = typing ? "正在输入…" : isPrivate ? (bot ? `机器人 · ${who}` : `机器人还没有连接 · ${who}`) : `群组 · ${who}`;
  const sign = JSON.stringify([chatId, title, words, person.blocked, person.started]);
  document.title = `${chats.unread ? `(${chats.unread}) ` : ""}${fullName(person)} · ${title}`;
  if ($("chat-head").dataset.sign === sign) return;
  $("chat-head").dataset.sign = sign;
  $("chat-head").replaceChildren(
    iconButton("back", "返回列表", backToList, { class: "icon-button back" }),
    avatar(chatId, title, isPrivate ? "bot" : "group"),
    el("div", { class: "head-words" }, el("h1", {}, title), el("p", { class: typing ? "is-typing" : null, "aria-live": "polite" }, words)),
    iconButton("dots", "对话菜单", (event) => openMenu(event.currentTarget, chatMenu()), { "aria-haspopup": "menu" }),
  );
  composer.setGate(isPrivate ? gate() : null);
}

function gate() {
  if (person.blocked) return { label: "解除屏蔽", action: () => setBlocked(false) };
  if (!person.started) return { label: "开始", action: () => act(() => api.start(person.id, "")) };
  return null;
}

async function setBlocked(blocked) {
  const yes =
    !blocked || (await confirmBox({ title: "屏蔽机器人？", text: "屏蔽后收不到它的任何消息，随时可以解除。", yes: "屏蔽" }));
  if (!yes) return;
  await act(async () => {
    await (blocked ? api.block : api.unblock)(chatId, person.id);
    toast(blocked ? "已屏蔽" : "已解除屏蔽");
    await refreshPerson();
  });
}

function chatMenu() {
  const items = [{ icon: "link", label: "复制这个对话的地址", action: () => copy(location.href) }];
  if (chatId > 0) {
    items.push(
      person.blocked
        ? { icon: "check", label: "解除屏蔽", action: () => setBlocked(false) }
        : { icon: "block", label: "屏蔽机器人", danger: true, action: () => setBlocked(true) },
    );
  }
  return items;
}

function messageMenu(message) {
  const own = message.from.id === person.id;
  const id = message.message_id;
  const react = (emoji) => act(() => api.react(chatId, id, { as: person.id, emoji: message.reactions?.includes(emoji) ? "" : emoji }));
  const items = [
    { row: el("div", { class: "menu-emoji", role: "none" }, EMOJI.map((emoji) => el("button", { type: "button", role: "menuitem", "aria-label": `回应 ${emoji}`, on: { click: () => react(emoji) } }, emoji))) },
    { icon: "reply", label: "回复", action: () => composer.reply(message) },
  ];
  if (message.text) items.push({ icon: "copy", label: "复制文字", action: () => copy(message.text) });
  if (own && message.text && !message.photo && !message.document) items.push({ icon: "edit", label: "编辑", action: () => composer.edit(message) });
  if (own) items.push({ icon: "trash", label: "删除", danger: true, action: () => act(() => api.remove(chatId, id, person.id)) });
  return items;
}

function showPhoto(part) {
  const photos = conversation.messages.filter((message) => message.photo);
  const shown = photos.map((message) => ({ url: message.photo.url, caption: message.text ?? "", name: `图片-${message.message_id}` }));
  void lightbox(shown, photos.findIndex((message) => message.message_id === part.message_id));
}

/* Links: those to this bot are followed here, as the person chosen. */

function openDeepLink(href) {
  const payload = deepLinkPayload(new URL(href));
  if (payload === null) return false;
  void act(async () => {
    await api.start(person.id, payload);
    go(person.id, person.id);
  });
  return true;
}

/** The start payload of a link to this bot, "" without one, or null for any other link. */
function deepLinkPayload(url) {
  const isWeb = HOSTS.has(url.hostname);
  const isApp = url.protocol === "tg:" && url.href.startsWith("tg://resolve");
  if (!bot?.username || !(isWeb || isApp)) return null;
  const name = isWeb ? url.pathname.slice(1) : url.searchParams.get("domain");
  return name?.toLowerCase() === bot.username.toLowerCase() ? url.searchParams.get("start") ?? "" : null;
}

function followUrl(url) {
  if (!openDeepLink(url)) open(url, "_blank", "noopener,noreferrer");
}

/* Keys and files that belong to the whole page. */

addEventListener("keydown", (event) => {
  if (event.key === "k" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    $("panes").dataset.pane = "list";
    $("search").focus();
    $("search").select();
  } else if (event.key === "Escape" && !event.defaultPrevented && !composer.escape()) {
    if (phone.matches && person) backToList();
    else if (document.activeElement?.id === "search") composer.focus();
    else $("search").focus();
  }
});

const room = document.querySelector(".conversation");
const carriesFiles = (event) => event.dataTransfer?.types.includes("Files");
let inside = 0;
room.addEventListener("dragenter", (event) => carriesFiles(event) && ((inside += 1), ($("drop").hidden = false)));
room.addEventListener("dragleave", (event) => carriesFiles(event) && (inside -= 1) <= 0 && ($("drop").hidden = true));
addEventListener("dragover", (event) => carriesFiles(event) && event.preventDefault());
addEventListener("drop", (event) => {
  if (!carriesFiles(event)) return;
  event.preventDefault();
  inside = 0;
  $("drop").hidden = true;
  if (room.contains(event.target)) void composer.offerFiles([...event.dataTransfer.files]);
});

addEventListener("hashchange", () => void follow());

clock.onMinute = () => {
  chats.draw();
  conversation.draw();
};

/** Until the sandbox is there and has somebody in it. */
async function begin() {
  await refreshState();
  await act(() => Promise.all([people.refresh(), roles.refresh()]));
  await follow();
  if (!person) setTimeout(begin, BEGIN_AGAIN_MS);
}

await begin();
