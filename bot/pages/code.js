// Asks for the code when the one shown runs out, and every few seconds while there is none.
"use strict";

const IDLE = 5; // seconds
const at = (id) => document.getElementById(id);
let until = 0;

function show(told) {
  document.title = told.title;
  document.body.classList.remove("lost");
  at("title").textContent = told.title;
  at("about").textContent = `${told.unit} · ${told.when}`;
  at("note").textContent = told.note || "";
  at("code").textContent = told.code || "";
  at("how").textContent = told.how || "";
  at("next").dataset.words = told.next || "";
  at("picture").hidden = at("left").hidden = !told.code;
  if (told.picture) at("picture").src = told.picture;
  until = performance.now() + 1000 * (told.code ? told.left : IDLE);
  tick();
}

function tick() {
  const left = Math.max(0, Math.ceil((until - performance.now()) / 1000));
  const words = at("next").dataset.words;
  at("next").textContent = words ? `${left} ${words}` : "";
  at("left").value = left;
}

async function ask() {
  try {
    const answer = await fetch(`${location.pathname.replace(/\/$/, "")}/now`, { cache: "no-store" });
    if (!answer.ok) throw new Error(String(answer.status));
    show(await answer.json());
  } catch {
    document.body.classList.add("lost");
    at("note").textContent = "连接断开，正在重试";
    until = performance.now() + 1000 * IDLE;
  }
}

async function run() {
  await ask();
  for (;;) {
    await new Promise((done) => setTimeout(done, 250));
    tick();
    if (performance.now() >= until) await ask();
  }
}

run();
