// The deep review of a song, as an article over the page.

import { delivered, el, icon, json, ofTrack, put } from "./dom.js";
import { artist, cover, tell } from "./rows.js";
import { spoken, text } from "./words.js";

export async function openReview(song, language) {
  const dialog = document.getElementById("review");
  const review = await json(ofTrack(song.track_id, `review?language=${language}`)).catch(() => null);
  const close = el("button", { class: "quiet icon close", type: "button", "aria-label": text("review.close"), onclick: () => dialog.close() },
    icon("close"));
  const facts = el("ul", { class: "facts" });
  put(dialog, close, review ? article(song, review, facts) : el("p", { id: "review-title" }, text("wrong.other")));
  tell(facts, song);
  dialog.onclick = (event) => event.target === dialog && dialog.close(); // beside the article
  dialog.showModal();
  dialog.scrollTop = 0;
}

function article(song, review, facts) {
  const parts = review.paragraphs.map((paragraph, n) => [
    review.headings[n] && el("h3", { dir: "auto" }, review.headings[n]),
    el("p", { dir: "auto" }, paragraph),
  ]);
  return el("article", {},
    el("header", { class: "review-head" }, cover(song), el("div", {},
      delivered("h2", review.title ?? song.title, { id: "review-title" }),
      delivered("p", review.artist ?? artist(song), { class: "dim" }), facts)),
    review.notice && el("p", { class: "notice" }, review.notice),
    el("div", { class: "prose", lang: review.language, tabindex: "0", role: "group", "aria-labelledby": "review-title" }, parts),
    el("footer", { class: "dim" },
      review.note && quoted(review.note),
      review.writer === "builtin" && el("p", {}, text("review.builtin")),
      review.language !== spoken() && el("p", {}, text("review.language"))));
}

function quoted(note) {
  const source = text("review.quoted", { source: note.source });
  const there = /^https?:\/\//.test(note.url ?? "");
  return el("p", {},
    there ? el("a", { href: note.url, rel: "noopener noreferrer", target: "_blank" }, source) : source,
    note.licence ? ` · ${text("review.licence", { licence: note.licence })}` : "");
}
