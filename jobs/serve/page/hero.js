// The top of the list: its moving picture, its opener, its hashtags.

import { el, icon, ofTrack, put } from "./dom.js";
import { day, text } from "./words.js";

const media = (key) => `/v1/media/${encodeURIComponent(key)}`;

export function hero(list, playAll, playable) {
  const { header } = list;
  const video = header?.video_key ? moving(header) : null;
  const tags = (list.hashtags ?? []).map((tag) => el("li", { class: "tag" }, el("bdi", {}, tag)));
  return el("section", { class: "hero", "aria-labelledby": "opener" },
    el("div", { class: "hero-back", "aria-hidden": "true" }, backdrop(list)),
    el("div", { class: "hero-inner" },
      el("div", { class: "hero-frame" }, video ?? still(list), video && picture(video)),
      el("div", { class: "hero-words" },
        el("p", { class: "eyebrow" }, text("page.for_day", { day: day(list.serves_on) })),
        el("h1", { id: "opener", lang: list.language, dir: "auto" }, list.opener ?? text("page.title")),
        tags.length ? el("ul", { class: "tags", lang: list.language }, tags) : null,
        playable && el("button", { class: "loud", type: "button", id: "play-all", onclick: playAll },
          icon("play"), text("player.play_all")),
        header?.notice && el("p", { class: "notice on-picture" }, header.notice))));
}

function moving(header) {
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const video = el("video", {
    class: "hero-picture", src: media(header.video_key), poster: header.poster_key && media(header.poster_key),
    loop: true, playsinline: true, autoplay: !calm, preload: calm ? "none" : "auto", "aria-hidden": "true", tabindex: "-1",
  });
  video.muted = true; // as a property: the attribute of a made element does not mute
  return video;
}

function still(list) {
  const src = standing(list);
  return src ? el("img", { class: "hero-picture", src, alt: "" }) : el("div", { class: "hero-picture" });
}

function backdrop(list) {
  const src = standing(list);
  return src && el("img", { src, alt: "" });
}

/** The address of a picture that stands: the poster, else the first song's cover. */
function standing(list) {
  const key = list.header?.poster_key;
  return key ? media(key) : list.songs[0] && ofTrack(list.songs[0].track_id, "cover");
}

/** The button that stops and starts the picture: what moves by itself must be stoppable. */
function picture(video) {
  const button = el("button", { class: "quiet icon on-picture", type: "button", id: "picture" });
  const draw = () => {
    put(button, icon(video.paused ? "play" : "pause"));
    button.setAttribute("aria-label", text(video.paused ? "page.play_picture" : "page.pause_picture"));
  };
  button.addEventListener("click", () => (video.paused ? video.play() : video.pause()));
  video.addEventListener("play", draw);
  video.addEventListener("pause", draw);
  draw();
  return button;
}
