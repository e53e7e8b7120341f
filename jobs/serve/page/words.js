// The page's own texts in the language chosen, and the choice of colours; both are remembered.

import { json } from "./dom.js";

export const LANGUAGES = ["zh", "en"];
let texts = {};
let language = "en";

export function chosen() {
  const asked = new URLSearchParams(location.search).get("lang");
  const known = [asked, remembered("language"), ...navigator.languages.map((tag) => tag.slice(0, 2))];
  return known.find((tag) => LANGUAGES.includes(tag)) ?? "en";
}

export async function speak(tag, name) {
  texts = await json(`/page/${name}.${tag}.json`);
  language = tag;
  remember("language", tag);
  document.documentElement.lang = tagOf(tag);
  for (const node of document.querySelectorAll("[data-text]")) node.textContent = text(node.dataset.text);
}

export function spoken() {
  return language;
}

export function other() {
  return LANGUAGES.find((tag) => tag !== language);
}

/** What a language calls itself. */
export function nameOf(tag) {
  return text(`languages.${tag}`) || tag;
}

/** How documents are marked as written in a language. */
export function tagOf(tag) {
  return tag === "zh" ? "zh-Hans" : "en";
}

/** A text by `section.key`, its slots filled. */
export function text(key, slots = {}) {
  const [section, name] = key.split(/\.(.*)/);
  return (texts[section]?.[name] ?? "").replace(/\{(\w+)\}/g, (whole, slot) => slots[slot] ?? whole);
}

export function has(key) {
  return text(key) !== "";
}

/** A day, written out. */
export function day(iso) {
  const form = { weekday: "long", month: "long", day: "numeric", timeZone: "UTC" };
  return new Intl.DateTimeFormat(language === "zh" ? "zh-CN" : "en-GB", form).format(new Date(`${iso}T00:00:00Z`));
}

export function dark() {
  const said = document.documentElement.dataset.theme;
  return said ? said === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

export function setTheme(name) {
  if (name) document.documentElement.dataset.theme = name;
}

export function switchTheme() {
  setTheme(dark() ? "light" : "dark");
  remember("theme", document.documentElement.dataset.theme);
}

export function remembered(name) {
  try {
    return localStorage.getItem(`daily30.${name}`);
  } catch {
    return null; // storage is off: nothing is remembered, everything works
  }
}

function remember(name, value) {
  try {
    localStorage.setItem(`daily30.${name}`, value);
  } catch {
    // as above
  }
}
