// What every module builds with: elements whose text is always text, icons, numbers.

const SVG = "http://www.w3.org/2000/svg";

const ICONS = {
  play: "M8 5.1v13.8c0 .8.9 1.3 1.6.9l10.7-6.9c.6-.4.6-1.3 0-1.7L9.6 4.2C8.9 3.8 8 4.3 8 5.1z",
  pause: "M7 4.5h3.2v15H7zM13.8 4.5H17v15h-3.2z",
  next: "M5.5 5.2v13.6c0 .7.8 1.1 1.4.7L16 13v6h2.5V5H16v6L6.9 4.5c-.6-.4-1.4 0-1.4.7z",
  previous: "M18.5 5.2v13.6c0 .7-.8 1.1-1.4.7L8 13v6H5.5V5H8v6l9.1-6.5c.6-.4 1.4 0 1.4.7z",
  more: "M6.4 8.6 12 14.2l5.6-5.6L19 10l-7 7-7-7z",
  close: "m6.4 5 5.6 5.6L17.6 5 19 6.4 13.4 12l5.6 5.6-1.4 1.4-5.6-5.6L6.4 19 5 17.6l5.6-5.6L5 6.4z",
  moon: "M20 14.3A8.3 8.3 0 0 1 9.7 4a8.5 8.5 0 1 0 10.3 10.3z",
  sun: "M12 7.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9zM11 1.5h2v3.5h-2zM11 19h2v3.5h-2zM1.5 11H5v2H1.5zM19 11h3.5v2H19zM4.6 3.2l2.4 2.5-1.4 1.4-2.4-2.5zM18.4 17l2.4 2.4-1.4 1.4-2.4-2.4zM3.2 19.4 5.6 17 7 18.4l-2.4 2.4zM17 5.7l2.4-2.5 1.4 1.4-2.4 2.5z",
};

/** An element; strings among the children are text, whatever they hold. */
export function el(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

/** The same for SVG. */
export function svg(tag, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, tag), attributes, children);
}

export function icon(name) {
  return svg("svg", { viewBox: "0 0 24 24", class: "glyph", "aria-hidden": "true" }, svg("path", { d: ICONS[name] }));
}

/** Text that others delivered: its direction is its own and ends with it. */
export function delivered(tag, text, attributes = {}) {
  return el(tag, { dir: "auto", ...attributes }, el("bdi", {}, text));
}

export function put(node, ...children) {
  node.replaceChildren(...children.filter((child) => child !== null && child !== undefined));
}

/** A length as 3:07. */
export function clock(seconds) {
  const whole = Math.max(0, Math.round(seconds || 0));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

export async function json(path, token = null) {
  const headers = { accept: "application/json", ...(token && { authorization: `Bearer ${token}` }) };
  const answer = await fetch(path, { headers });
  const body = await answer.json();
  if (!answer.ok) throw Object.assign(new Error(body.detail), { problem: body });
  return body;
}

/** The address of something of a song. */
export function ofTrack(id, what = "") {
  // A part of dots alone would be taken for a folder.
  return `/v1/tracks/${encodeURIComponent(id).replaceAll(".", "%2E")}${what && `/${what}`}`;
}

function filled(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}
