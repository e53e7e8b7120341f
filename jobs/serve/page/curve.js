// How mood and tempo move over the list, as two small curves on one axis of songs.

import { el, svg } from "./dom.js";
import { text } from "./words.js";

const [WIDTH, HEIGHT, PAD] = [600, 120, 12];

export function curves(songs, pick) {
  const mood = drawn(songs, "valence", mooded, pick);
  const tempo = drawn(songs, "tempo_bpm", timed, pick);
  return el("section", { class: "curves", "aria-labelledby": "curves-title" },
    el("h2", { id: "curves-title" }, text("curve.title")),
    mood || tempo ? [mood, tempo] : el("p", { class: "dim" }, text("curve.unknown")));
}

function mooded(low, high) {
  return {
    name: text("curve.mood"), kind: "mood", top: text("curve.bright"), foot: text("curve.dark"),
    said: text("curve.said_mood", { dark: low.rank, bright: high.rank }),
  };
}

function timed(low, high) {
  const [slow, fast] = [Math.round(low.tempo_bpm), Math.round(high.tempo_bpm)];
  return {
    name: text("curve.tempo"), kind: "tempo", top: `${fast} BPM`, foot: `${slow} BPM`,
    said: text("curve.said_tempo", { slow: low.rank, low: slow, fast: high.rank, high: fast }),
  };
}

function drawn(songs, measure, words, pick) {
  const known = songs.filter((song) => typeof song[measure] === "number");
  if (known.length < 5) return null;
  const sorted = [...known].sort((a, b) => a[measure] - b[measure]);
  const [low, high] = [sorted[0], sorted.at(-1)];
  const said = words(low, high);
  const x = (song) => PAD + ((song.rank - 1) / Math.max(1, songs.length - 1)) * (WIDTH - 2 * PAD);
  const y = (song) => HEIGHT - PAD - ((song[measure] - low[measure]) / (high[measure] - low[measure] || 1)) * (HEIGHT - 2 * PAD);
  const points = known.map((song) => [x(song), y(song)]);
  const line = smooth(points);
  const area = `${line}L${points.at(-1)[0]} ${HEIGHT}L${points[0][0]} ${HEIGHT}Z`;
  const dots = known.map((song, n) => {
    const [cx, cy] = points[n];
    const edge = song === low || song === high;
    return svg("g", { class: "dot", onclick: () => pick(song) },
      svg("title", {}, `${song.rank}. ${song.title}`),
      svg("circle", { cx, cy, r: 14, class: "reach" }), svg("circle", { cx, cy, r: edge ? 5 : 3 }));
  });
  return el("figure", { class: `curve ${said.kind}` },
    el("figcaption", {}, el("span", {}, said.name), el("span", { class: "dim" }, said.top)),
    svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": said.said },
      svg("path", { d: area, class: "area" }), svg("path", { d: line, class: "line" }), dots),
    el("p", { class: "foot dim" }, el("span", {}, "1"), el("span", {}, said.foot), el("span", {}, String(songs.length))));
}

/** A path through points, as steep at each as its neighbours lie apart, and never beyond them. */
function smooth(points) {
  let path = `M${points[0].join(" ")}`;
  for (let n = 1; n < points.length; n += 1) {
    const [[x0, y0], [x1, y1]] = [points[n - 1], points[n]];
    const middle = (x0 + x1) / 2;
    path += `C${middle} ${y0} ${middle} ${y1} ${x1} ${y1}`;
  }
  return path;
}
