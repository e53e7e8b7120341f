// What plays: one sound at a time, one song after the other, told to the system's own controls.

import { clock, delivered, el, icon, ofTrack, put } from "./dom.js";
import { artist, cover } from "./rows.js";
import { text } from "./words.js";

export class Player {
  /** `heard(song)` is called when another song plays, or none. */
  constructor(node, heard) {
    this.node = node;
    this.heard = (song) => heard(song, this.playing);
    this.audio = null; // template of addresses, null where nothing is played
    this.songs = [];
    this.song = null;
    this.sound = el("audio", { preload: "metadata" });
    for (const event of ["play", "pause", "ended"]) this.sound.addEventListener(event, () => this.#changed());
    for (const event of ["timeupdate", "durationchange"]) this.sound.addEventListener(event, () => this.#moved());
    this.sound.addEventListener("ended", () => this.step(1));
    this.sound.addEventListener("error", () => this.song && this.#say(text("player.gone", { title: this.song.title })));
    this.#system();
  }

  get playing() {
    return !this.sound.paused;
  }

  start(songs) {
    this.songs = songs;
    this.#load(songs[0]);
  }

  toggle(song, songs = this.songs) {
    this.songs = songs;
    if (song.track_id !== this.song?.track_id) this.#load(song);
    else if (this.playing) this.sound.pause();
    else this.#sounds();
  }

  step(by) {
    const at = this.songs.findIndex((song) => song.track_id === this.song?.track_id);
    const next = this.songs[at + by];
    if (next) this.#load(next);
  }

  /** Draws the bar anew, in the language spoken now. */
  draw() {
    const { song } = this;
    if (!song) return;
    const act = (name, glyph, does) => el("button", { class: `quiet icon act-${name}`, type: "button", "aria-label": text(`player.${name}`), onclick: does }, icon(glyph));
    this.seek = el("input", { type: "range", min: "0", max: "1000", value: "0", step: "1", "aria-label": text("player.seek") });
    this.seek.addEventListener("input", () => { this.sound.currentTime = (this.seek.value / 1000) * this.#length(); });
    this.toggleButton = act("play", "play", () => this.toggle(this.song));
    this.passed = el("span", { class: "time" }, "0:00");
    this.left = el("span", { class: "time" }, clock(song.duration_s));
    this.words = el("p", { class: "heard", role: "status" });
    put(this.node,
      el("div", { class: "playing" }, cover(song), el("div", { class: "names" },
        delivered("span", song.title, { class: "song-title" }), delivered("span", artist(song), { class: "by" }))),
      el("div", { class: "acts" },
        act("previous", "previous", () => this.step(-1)), this.toggleButton, act("next", "next", () => this.step(1))),
      el("div", { class: "seek" }, this.passed, this.seek, this.left), this.words);
    this.node.setAttribute("role", "region");
    this.node.setAttribute("aria-label", text("player.title"));
    this.node.hidden = false;
    document.body.classList.add("plays");
    this.#changed();
    this.#moved();
  }

  #load(song) {
    this.song = song;
    this.sound.src = this.audio.replace("{track_id}", encodeURIComponent(song.track_id).replaceAll(".", "%2E"));
    this.draw();
    this.#sounds();
    if ("mediaSession" in navigator) {
      navigator.mediaSession.metadata = new MediaMetadata({
        title: song.title, artist: artist(song), album: song.album ?? "", artwork: [{ src: ofTrack(song.track_id, "cover") }],
      });
    }
  }

  /** A play that the browser or the file refuses is told by the event `error`, or by the button that stays as it was. */
  #sounds() {
    this.sound.play().catch(() => this.#changed());
  }

  #changed() {
    if (!this.toggleButton) return;
    put(this.toggleButton, icon(this.playing ? "pause" : "play"));
    this.toggleButton.setAttribute("aria-label", text(this.playing ? "player.pause" : "player.play"));
    this.heard(this.song);
  }

  #moved() {
    if (!this.seek) return;
    const [at, all] = [this.sound.currentTime, this.#length()];
    const share = all ? Math.min(1, at / all) : 0;
    this.seek.value = String(Math.round(1000 * share));
    this.seek.setAttribute("aria-valuetext", `${clock(at)} / ${clock(all)}`);
    this.seek.style.setProperty("--share", `${100 * share}%`);
    this.passed.textContent = clock(at);
    this.left.textContent = clock(all);
  }

  #length() {
    return Number.isFinite(this.sound.duration) ? this.sound.duration : this.song?.duration_s ?? 0;
  }

  #say(words) {
    this.words.textContent = words;
    this.words.classList.remove("heard");
  }

  #system() {
    if (!("mediaSession" in navigator)) return;
    navigator.mediaSession.setActionHandler("previoustrack", () => this.step(-1));
    navigator.mediaSession.setActionHandler("nexttrack", () => this.step(1));
  }
}
