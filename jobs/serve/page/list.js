// A listener's Daily 30: what is fetched, and in which order it is shown.

import { curves } from "./curve.js";
import { delivered, el, icon, json, ofTrack, put } from "./dom.js";
import { hero } from "./hero.js";
import { Player } from "./player.js";
import { openReview } from "./review.js";
import { Rows } from "./rows.js";
import * as words from "./words.js";

const { text } = words;
const place = (id) => document.getElementById(id);
const state = { settings: {}, users: [], list: null, user: null, date: null };
const player = new Player(place("player"), (song, playing) => rows?.mark(song, playing));
let rows = null;

async function start() {
  words.setTheme(words.remembered("theme"));
  await words.speak(words.chosen(), "page");
  state.settings = await json("/page/settings.json");
  player.audio = state.settings.audio;
  if (state.settings.lists_users) state.users = (await json("/v1/users")).users;
  place("language").addEventListener("click", switchLanguage);
  place("theme").addEventListener("click", () => { words.switchTheme(); frame(); });
  addEventListener("popstate", () => follow());
  await follow();
}

/** Shows what the address asks for. */
async function follow() {
  const asked = new URLSearchParams(location.search);
  const own = state.users.find((user) => user.language === words.spoken()) ?? state.users[0];
  state.user = asked.get("user") || own?.user_id || null;
  state.date = asked.get("date");
  frame();
  await load();
}

async function load() {
  if (!state.user) return showNothing();
  put(place("list"), el("p", { class: "waiting", role: "status" }, text("page.loading")));
  try {
    const date = state.date ? `?date=${encodeURIComponent(state.date)}` : "";
    const id = encodeURIComponent(state.user).replaceAll(".", "%2E");
    state.list = await json(`/v1/users/${id}/daily30${date}`);
    await tint(state.list.songs[0]);
    show();
    place("said").textContent = text("page.shown", { user: state.user, n: state.list.songs.length });
  } catch (error) {
    state.list = null;
    showWrong(error);
  }
}

/** Lets the page take the colours of the first song. */
async function tint(song) {
  if (!song) return;
  const colours = await json(ofTrack(song.track_id, "colours")).catch(() => ({}));
  for (const name of ["sky", "horizon", "accent", "second", "ink", "light"]) {
    if (colours[name]) document.documentElement.style.setProperty(`--${name}`, colours[name]);
  }
}

function frame() {
  document.title = text("page.title");
  const dark = words.dark();
  const theme = place("theme");
  put(theme, icon(dark ? "sun" : "moon"));
  theme.setAttribute("aria-label", text(dark ? "page.theme_light" : "page.theme_dark"));
  put(place("language"), words.nameOf(words.other()));
  place("language").lang = words.tagOf(words.other());
  put(place("who"), state.users.length ? picker() : null);
}

function picker() {
  const choose = (event) => go(event.target.value);
  const known = state.users.some((user) => user.user_id === state.user);
  const others = known || !state.user ? [] : [{ user_id: state.user, language: null }];
  const options = [...others, ...state.users].map((user) =>
    el("option", { value: user.user_id, selected: user.user_id === state.user }, label(user)));
  return el("label", { class: "picker" },
    el("span", { class: "heard" }, text("page.listener")),
    el("select", { id: "listener", onchange: choose }, options));
}

function label({ user_id: id, language }) {
  return language ? `${id} · ${words.nameOf(language)}` : id;
}

function go(user) {
  const address = new URL(location.href);
  address.searchParams.set("user", user);
  address.searchParams.delete("date");
  history.pushState(null, "", address);
  scrollTo(0, 0);
  return follow();
}

async function switchLanguage() {
  await words.speak(words.other(), "page");
  const address = new URL(location.href);
  address.searchParams.delete("lang");
  history.replaceState(null, "", address);
  frame();
  player.draw();
  if (state.list) show();
  else await load();
}

function show() {
  const { list } = state;
  rows = new Rows(list, { play: (song) => player.toggle(song, list.songs), review: openReview, audio: Boolean(player.audio) });
  const about = el("aside", { class: "about", "aria-label": text("page.about") },
    list.intro && el("p", { class: "intro", lang: list.language, dir: "auto" }, list.intro),
    list.notice && el("p", { class: "notice" }, list.notice));
  const songs = el("section", { class: "songs", id: "songs", tabindex: "-1", "aria-labelledby": "songs-title" },
    el("div", { class: "songs-head" },
      el("h2", { id: "songs-title" }, text("page.songs")),
      el("p", { class: "dim" }, length(list.songs))),
    rows.node);
  put(place("list"), hero(list, () => player.audio && player.start(list.songs), Boolean(player.audio)),
    el("div", { class: "columns" }, about, songs, curves(list.songs, (song) => rows.reveal(song))));
  rows.mark(player.song, player.playing);
}

function length(songs) {
  const seconds = songs.reduce((sum, song) => sum + (song.duration_s ?? 0), 0);
  const count = text("page.count", { n: songs.length });
  return seconds ? `${count} · ${text("page.minutes", { n: Math.max(1, Math.round(seconds / 60)) })}` : count;
}

function showNothing() {
  const input = el("input", { id: "asked", name: "user", required: true, autocomplete: "off", spellcheck: "false" });
  const submit = (event) => { event.preventDefault(); go(input.value.trim()); };
  put(place("list"), el("form", { class: "ask", onsubmit: submit },
    el("h1", {}, el("label", { for: "asked" }, text("page.ask"))),
    el("p", { class: "dim" }, text("page.ask_help")),
    el("div", { class: "ask-line" }, input, el("button", { class: "loud", type: "submit" }, text("page.open")))));
}

function showWrong(error) {
  const problem = error.problem ?? {};
  const name = (problem.type ?? "").split(":").pop();
  const key = error.problem ? (words.has(`wrong.${name}`) ? name : "other") : "offline";
  const near = (problem.near ?? []).map((user) =>
    el("li", {}, el("button", { class: "chip", type: "button", onclick: () => go(user) }, user)));
  put(place("list"), el("div", { class: "ask", role: "alert" },
    delivered("h1", text(`wrong.${key}`, { user: state.user })),
    near.length ? el("p", { class: "dim" }, text("wrong.near")) : null,
    near.length ? el("ul", { class: "chips" }, near) : null,
    el("button", { class: "loud", type: "button", onclick: load }, text("wrong.again"))));
}

start().catch(showWrong);
