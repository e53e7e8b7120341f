// For operators: the versions that are kept, what the audit found of each, where the time went.

import { el, icon, json, put } from "./dom.js";
import * as words from "./words.js";

const { text } = words;
const place = (id) => document.getElementById(id);
const LONGEST = 6; // stages told one by one
let nights = null;
let token = null; // in memory alone: gone with the page

async function start() {
  words.setTheme(words.remembered("theme"));
  await words.speak(words.chosen(), "nights");
  place("language").addEventListener("click", async () => {
    await words.speak(words.other(), "nights");
    draw();
  });
  place("theme").addEventListener("click", () => { words.switchTheme(); draw(); });
  draw();
  await load();
}

async function load() {
  const found = await json("/v1/nights", token).catch((error) => {
    const type = error.problem?.type ?? "";
    if (type.endsWith("nothing-published")) return { nights: [] };
    if (type.endsWith("token-needed") || type.endsWith("scope-needed")) return { nights: null }; // reading is not open
    throw error;
  });
  nights = found.nights;
  draw();
  if (nights) place("said").textContent = text("page.shown", { n: nights.length });
}

function draw() {
  document.title = text("page.title");
  const dark = words.dark();
  put(place("theme"), icon(dark ? "sun" : "moon"));
  place("theme").setAttribute("aria-label", text(dark ? "page.theme_light" : "page.theme_dark"));
  put(place("language"), words.nameOf(words.other()));
  place("language").lang = words.tagOf(words.other());
  put(place("operate"), token ? null : asking());
  if (!nights) return;
  put(place("nights"), ...(nights.length ? nights.map(night) : [el("p", {}, text("page.none"))]));
}

function night(one) {
  const seconds = one.run ? one.run.stages.reduce((sum, stage) => sum + stage.seconds, 0) : null;
  const checks = one.audit && one.audit.filter((check) => check.passed).length;
  const counts = [["lists", one.lists], ["songs", one.songs], ["reviews", one.reviews],
    ["checks", one.audit && `${checks} / ${one.audit.length}`], ["time", seconds && length(seconds)]];
  return el("article", { class: `night${one.current ? " served" : ""}`, "aria-labelledby": `night-${one.version}` },
    el("header", { class: "night-head" },
      el("h2", { id: `night-${one.version}` }, words.day(one.ds)),
      badges(one), el("code", {}, one.version)),
    el("dl", { class: "counts" }, counts.filter(([, value]) => value !== null).map(([name, value]) =>
      el("div", {}, el("dt", {}, text(`count.${name}`)), el("dd", {}, number(value))))),
    el("div", { class: "halves" }, audit(one.audit), time(one.run, seconds)),
    token ? acts(one) : null);
}

/** What may be done with a version; only for who showed a token that may. */
function acts(one) {
  const act = (name, path) => el("button", { class: "quiet outlined", type: "button", onclick: () => move(one, name, path) },
    text(`operate.${name}`));
  const named = `version=${encodeURIComponent(one.version)}`;
  return el("div", { class: "acts" },
    one.current || one.state === "withdrawn" ? null : act("rollback", `rollback?${named}`),
    one.pinned ? act("unpin", "unpin") : act("pin", `pin?${named}`));
}

async function move(one, name, path) {
  if (!confirm(text(`operate.sure_${name}`, { version: one.version }))) return;
  try {
    const { current } = await asked(path, "POST");
    await load();
    place("said").textContent = text("operate.moved", { version: current });
  } catch (error) {
    tell(error);
  }
}

async function asked(path, method) {
  const answer = await fetch(`/v1/pointer${path && `/${path}`}`, { method, headers: { authorization: `Bearer ${token}` } });
  const body = await answer.json();
  if (!answer.ok) throw Object.assign(new Error(body.detail), { problem: body });
  return body;
}

/** Asks for a token; the buttons come once the server says that it may operate. */
function asking() {
  const input = el("input", { id: "token", type: "password", autocomplete: "off", required: true, spellcheck: "false" });
  const submit = async (event) => {
    event.preventDefault();
    token = input.value.trim();
    try {
      await asked("", "GET");
      await load();
      place("nights").focus();
    } catch (error) {
      token = null;
      tell(error);
    }
  };
  return el("form", { class: "operate", onsubmit: submit },
    el("label", { for: "token" }, text("operate.token")),
    el("div", { class: "operate-line" }, input, el("button", { class: "quiet outlined", type: "submit" }, text("operate.use"))),
    el("p", { class: "dim" }, text("operate.help")), el("p", { id: "refused", role: "alert" }));
}

function tell(error) {
  const words = error.problem ? text("operate.refused", { detail: error.problem.detail }) : text("page.wrong");
  const there = place("refused");
  if (there) there.textContent = words;
  else put(place("operate"), el("p", { role: "alert" }, words));
}

function badges(one) {
  const badge = (name, kind = "") => el("span", { class: `badge ${kind}` }, text(`state.${name}`));
  return [one.current && badge("served", "on"), one.pinned && badge("pinned", "on"),
    one.state === "withdrawn" ? badge("withdrawn", "off") : !one.current && badge("sealed")].filter(Boolean);
}

function audit(checks) {
  const failed = (checks ?? []).filter((check) => !check.passed);
  const told = !checks ? el("p", { class: "dim" }, text("audit.unknown"))
    : !failed.length ? el("p", { class: "dim" }, text("audit.well", { n: checks.length }))
      : table(["audit.check", "audit.observed", "audit.bound"], failed.map((check) =>
        [`${check.check} (${text(`audit.${check.severity}`)})`, figure(check.observed), figure(check.bound)]));
  return el("section", {}, el("h3", {}, text("audit.title")), told);
}

function time(run, seconds) {
  const title = el("h3", {}, text("time.title"));
  if (!run) return el("section", {}, title, el("p", { class: "dim" }, text("time.unknown")));
  const sorted = [...run.stages].sort((a, b) => b.seconds - a.seconds);
  const tone = (node, n) => { node.style.setProperty("--tone", `${Math.max(12, 100 - 16 * n)}%`); return node; };
  const rest = sorted.slice(LONGEST).reduce((sum, stage) => sum + stage.seconds, 0);
  const strip = [...sorted.slice(0, LONGEST).map((stage) => stage.seconds), rest].map((taken, n) => {
    const part = tone(el("span"), n);
    part.style.setProperty("flex", `${Math.max(taken, 0.001)} 0 0`);
    return part;
  });
  const legend = sorted.slice(0, LONGEST).map((stage, n) => el("li", {}, tone(el("i"), n), `${stage.stage} ${length(stage.seconds)}`));
  const when = new Date(run.started).toLocaleString(words.spoken() === "zh" ? "zh-CN" : "en-GB", { dateStyle: "medium", timeStyle: "short" });
  const rows = run.stages.map((stage) =>
    [stage.stage, stage.seconds.toFixed(1), number(stage.rows_out), number(Math.round(stage.peak_mb)), `${stage.ran} / ${stage.tasks}`]);
  return el("section", {}, title,
    seconds ? el("div", { class: "strip", "aria-hidden": "true" }, strip) : null,
    el("ul", { class: "legend" }, legend),
    el("p", { class: "dim" }, text("time.started", { when, engine: run.engine, workers: run.workers })),
    run.failed ? el("p", {}, text("time.failed", { stage: run.failed })) : null,
    el("details", {}, el("summary", {}, text("time.all")),
      table(["time.stage", "time.seconds", "time.rows", "time.peak", "time.ran"], rows)));
}

/** A table that scrolls by itself where the screen is narrow; the first column is words, the others figures. */
function table(heads, rows) {
  const kind = (n) => (n ? { class: "number" } : {});
  return el("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": text(heads[0]) }, el("table", {},
    el("thead", {}, el("tr", {}, heads.map((head, n) => el("th", { scope: "col", ...kind(n) }, text(head))))),
    el("tbody", {}, rows.map((row) => el("tr", {}, row.map((cell, n) => el("td", kind(n), cell)))))));
}

function number(value) {
  return typeof value === "number" ? value.toLocaleString("en") : value;
}

function figure(value) {
  return Number(value.toPrecision(4)).toLocaleString("en", { maximumFractionDigits: 6 });
}

function length(seconds) {
  const whole = Math.round(seconds);
  return whole >= 60 ? text("time.minutes", { m: Math.floor(whole / 60), s: whole % 60 }) : text("time.short", { s: seconds.toFixed(1) });
}

start().catch(() => put(place("nights"), el("p", { role: "alert" }, text("page.wrong"))));
