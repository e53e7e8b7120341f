// For operators: the versions that are kept, what the audit found of each, where the time went.

import { el, icon, json, put } from "./dom.js";
import * as words from "./words.js";

const { text } = words;
const place = (id) => document.getElementById(id);
let nights = null;

async function start() {
  words.setTheme(words.remembered("theme"));
  await words.speak(words.chosen(), "nights");
  place("language").addEventListener("click", async () => {
    await words.speak(words.spoken() === "zh" ? "en" : "zh", "nights");
    draw();
  });
  place("theme").addEventListener("click", () => { words.switchTheme(); draw(); });
  draw();
  nights = (await json("/v1/nights").catch((error) => {
    if (error.problem?.type?.endsWith("nothing-published")) return { nights: [] };
    throw error;
  })).nights;
  draw();
  place("said").textContent = text("page.shown", { n: nights.length });
}

function draw() {
  document.title = text("page.title");
  const dark = words.dark();
  put(place("theme"), icon(dark ? "sun" : "moon"));
  place("theme").setAttribute("aria-label", text(dark ? "page.theme_light" : "page.theme_dark"));
  put(place("language"), text("page.language"));
  place("language").lang = words.spoken() === "zh" ? "en" : "zh-Hans";
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
    el("div", { class: "halves" }, audit(one.audit), time(one.run, seconds)));
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
  const strip = sorted.map((stage, n) => {
    const part = tone(el("span"), n);
    part.style.setProperty("flex", `${Math.max(stage.seconds, 0.001)} 0 0`);
    return part;
  });
  const legend = sorted.slice(0, 6).map((stage, n) => el("li", {}, tone(el("i"), n), `${stage.stage} ${length(stage.seconds)}`));
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
  return whole >= 60 ? `${Math.floor(whole / 60)} min ${whole % 60} s` : `${seconds.toFixed(1)} s`;
}

start().catch(() => put(place("nights"), el("p", { role: "alert" }, text("page.wrong"))));
