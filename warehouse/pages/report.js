(() => {
  const root = document.documentElement, tip = document.getElementById("tip");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  document.getElementById("theme").onclick = () => {
    const now = root.dataset.theme || (dark.matches ? "dark" : "light");
    root.dataset.theme = now === "dark" ? "light" : "dark";
  };

  const line = (text, tag) => Object.assign(document.createElement(tag), { textContent: text });
  document.addEventListener("pointermove", event => {
    const mark = event.target.closest && event.target.closest("[data-tip]");
    tip.hidden = !mark;
    if (!mark) return;
    tip.replaceChildren(line(mark.dataset.tip, "b"));
    if (mark.dataset.more) tip.append(line(mark.dataset.more, "span"));
    const x = Math.min(event.clientX + 14, innerWidth - tip.offsetWidth - 8);
    tip.style.transform = `translate(${x}px, ${event.clientY + 18}px)`;
  });

  const run = window.DAILY30_RUN, box = document.getElementById("durations");
  if (!run || !run.stages.length) return;
  const longest = Math.max(...run.stages.map(s => s.seconds)) || 1;
  const total = run.stages.reduce((sum, s) => sum + s.seconds, 0);
  const list = document.createElement("dl");
  list.className = "bars stages";
  const count = rows => Object.values(rows).reduce((sum, n) => sum + (n || 0), 0).toLocaleString("en");
  for (const s of run.stages) {
    const bar = document.createElement("span"), cell = document.createElement("dd");
    bar.style.setProperty("--size", (s.seconds / longest).toFixed(3));
    cell.append(bar, line(`${s.seconds.toFixed(1)} s`, "b"),
      line(`${count(s.rows_in)} rows in, ${count(s.rows_out)} out · ${Math.round(s.peak_mb)} MB`, "small"));
    list.append(line(s.stage, "dt"), cell);
  }
  const note = line(`${total.toFixed(1)} s in all, ${run.workers} worker${run.workers === 1 ? "" : "s"}, engine ${run.engine}.`, "p");
  note.className = "quiet";
  box.replaceChildren(list, note);
})();
