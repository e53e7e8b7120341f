// The songs: a cover that plays, a name that opens the reason.

import { clock, delivered, el, icon, json, ofTrack, put } from "./dom.js";
import { has, spoken, text } from "./words.js";

export class Rows {
  constructor(list, acts) {
    this.list = list;
    this.acts = acts;
    this.rows = new Map();
    this.node = el("ol", { class: "rows" }, list.songs.map((song) => this.#row(song)));
    if (matchMedia("(min-width: 62rem)").matches) this.rows.get(list.songs[0]?.track_id)?.open(true); // how rows work
  }

  /** Shows which song plays. */
  mark(song, playing) {
    for (const [id, row] of this.rows) {
      const here = song?.track_id === id;
      row.node.classList.toggle("here", here);
      if (!row.play) continue;
      put(row.play.lastChild, icon(here && playing ? "pause" : "play"));
      row.play.setAttribute("aria-label", named(here && playing ? "row.pause" : "row.play", row.song));
    }
  }

  /** Brings a song into view and opens its reason. */
  reveal(song) {
    const row = this.rows.get(song.track_id);
    row.node.scrollIntoView({ block: "center" });
    row.open(true);
    row.button.focus({ preventScroll: true });
  }

  #row(song) {
    const about = el("div", { class: "why", id: `why-${song.rank}`, hidden: true });
    const button = el("button", { class: "row-open", type: "button", "aria-expanded": "false", "aria-controls": about.id },
      el("span", { class: "names" },
        delivered("span", song.title, { class: "song-title" }),
        el("span", { class: "by" },
          song.explicit && el("abbr", { class: "mark", title: text("row.explicit") }, "E"),
          delivered("span", artist(song)), version(song),
          song.discovery && this.list.personalised !== false && el("span", { class: "new" }, text("row.new")))),
      el("span", { class: "time" }, song.duration_s ? clock(song.duration_s) : ""),
      el("span", { class: "heard" }, text("row.why")),
      icon("more"));
    const play = this.acts.audio
      ? el("button", { class: "cover", type: "button", "aria-label": named("row.play", song), onclick: () => this.acts.play(song) },
        cover(song), el("span", { class: "cover-glyph" }, icon("play")))
      : el("span", { class: "cover" }, cover(song));
    const node = el("li", { class: "row", id: `song-${song.rank}` },
      el("span", { class: "rank", "aria-hidden": "true" }, String(song.rank)), play, button, about);
    const open = (wanted) => this.#open(song, button, about, wanted);
    button.addEventListener("click", () => open(about.hidden));
    this.rows.set(song.track_id, { song, node, button, open, play: this.acts.audio ? play : null });
    return node;
  }

  #open(song, button, about, wanted) {
    about.hidden = !wanted;
    button.setAttribute("aria-expanded", String(wanted));
    if (!wanted || about.childElementCount) return;
    const facts = el("ul", { class: "facts" });
    const { language } = this.list;
    put(about,
      song.reason && el("p", { class: "reason", lang: language, dir: "auto" }, song.reason),
      song.paragraph && el("p", { class: "paragraph", lang: language, dir: "auto" }, song.paragraph),
      facts,
      song.has_review ? el("button", {
        class: "quiet outlined", type: "button", onclick: () => this.acts.review(song, language),
      }, text("row.review")) : null);
    tell(facts, song);
  }
}

/** A cover; beside its title, so it says nothing of its own. */
export function cover(song) {
  return el("img", { src: ofTrack(song.track_id, "cover"), alt: "", width: "56", height: "56", loading: "lazy", decoding: "async" });
}

export function artist(song) {
  return song.artist ?? text("row.nobody");
}

/** What was measured of a song, in words; names of codes come with the song itself. */
export async function tell(facts, song) {
  const names = await json(ofTrack(song.track_id)).then((body) => body.names?.[spoken()] ?? {}, () => ({}));
  const said = [
    names.mood, song.tempo_bpm && text("row.tempo", { n: Math.round(song.tempo_bpm) }), names.key, names.genre ?? song.genre,
    song.album, song.release_date?.slice(0, 4),
  ];
  put(facts, ...said.filter(Boolean).map((fact) => delivered("li", fact)));
}

function version(song) {
  if (!song.version) return null;
  const key = `row.version_${song.version}`;
  return el("span", { class: "version" }, has(key) ? text(key) : song.version);
}

function named(key, song) {
  return text(key, { title: song.title, artist: artist(song) });
}
