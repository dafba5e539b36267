/**
 * The page's half of the learning curves.
 *
 * The trait `view` holds all values, so moving asks nobody. The trait `epoch` is where the line is, from 1.
 */

import { OWN_KEYS, h, listen, openView, passKeys, phrase, s, set, speak } from "./page.js";
import { at, clamp, dragged, drawing, enliven, frame, linePath, sender, speaker, ticks } from "./plot.js";

const capital = (name) => name.charAt(0).toUpperCase() + name.slice(1);
const rounded = (value) => value.toFixed(2);

/** One quantity: its curves, and the epoch as a line to drag. `go` gets an epoch. */
function curvePanel({ name, curves, low, high }, last, go, signal) {
  const svg = s("svg", { class: "lk-plot", role: "img", "aria-label": phrase("{name} by epoch. The values are below.", { name: capital(name) }) });
  const line = s("g", { class: "lk-threshold" }, s("path"));
  const drawn = Object.entries(curves).map(([who, values]) => ({
    values,
    path: s("path", { class: `lk-epochs-${who}` }),
    dot: s("circle", { class: `lk-epochs-${who}`, r: 4.5 }),
  }));
  let box;
  const x = (epoch) => at(box.x((epoch - 1) / Math.max(last - 1, 1)));
  const y = (value) => at(box.y((value - low) / (high - low)));
  const toEpoch = (event) => {
    const share = clamp((event.clientX - svg.getBoundingClientRect().left - box.left) / box.wide);
    return 1 + Math.round(share * (last - 1));
  };
  dragged(svg, (event) => go(toEpoch(event)), signal);
  return {
    element: h("div", { class: "lk-epochs-panel" }, h("p", { class: "lk-epochs-name" }, capital(name)), svg),
    layout(width, text) {
      const height = Math.round(clamp(0.62 * width, 150, 210));
      box = frame(width, height, text, [0.7, 0.8, 1.9, 2.9]);
      set(svg, { width, height, viewBox: `0 0 ${width} ${height}` });
      const axes = s("g", { class: "lk-axes" });
      for (const value of ticks(low, high, 4)) {
        axes.append(
          s("path", { class: "lk-grid", d: `M${box.left} ${y(value)}H${box.right}` }),
          s("text", { x: box.left - 0.5 * text, y: y(value) + 0.35 * text, "text-anchor": "end" }, String(value)),
        );
      }
      for (const epoch of ticks(1, last, 5).filter((value) => Number.isInteger(value) && value >= 1)) {
        axes.append(s("text", { x: x(epoch), y: box.bottom + 1.4 * text, "text-anchor": "middle" }, String(epoch)));
      }
      set(line.firstChild, { d: `M0 ${box.top}V${box.bottom}` });
      for (const { path, values } of drawn) set(path, { d: linePath(values.map((value, index) => [x(index + 1), y(value)])) });
      svg.replaceChildren(axes, line, ...drawn.map(({ path }) => path), ...drawn.map(({ dot }) => dot));
    },
    paint(epoch) {
      line.setAttribute("transform", `translate(${x(epoch)} 0)`);
      for (const { dot, values } of drawn) set(dot, { cx: x(epoch), cy: y(values[epoch - 1]) });
    },
  };
}

function render({ model, el }) {
  const { view, id, signal, end } = openView(model, "epochs");
  speak(view);
  const { last, panels } = view;
  const whose = { training: phrase("training"), validation: phrase("validation") };
  const rowsOf = { training: phrase("training rows"), validation: phrase("validation rows") };
  const known = ["training", "validation"].filter((who) => panels.some(({ curves }) => who in curves));
  let epoch = model.get("epoch");
  let laidOut = false;

  const { tell, flush } = sender(model, "epoch");
  const plots = panels.map((panel) => curvePanel(panel, last, (next) => go(next), signal));
  const slider = h("input", {
    ...OWN_KEYS,
    ...{ type: "range", class: "lk-slider", id, min: 1, max: last, step: 1, value: epoch },
  });
  const now = h("label", { class: "lk-epochs-now", for: id });
  const cells = panels.map(({ curves }) => known.map((who) => [h("td"), curves[who]]));
  const values = h(
    "table",
    { class: "lk-epochs-values" },
    h("caption", { class: "lk-visually-hidden" }, phrase("Values after the epoch")),
    h("thead", {}, h("tr", {}, h("td"), ...known.map((who) => h("th", { scope: "col" }, whose[who])))),
    h(
      "tbody",
      {},
      ...panels.map(({ name }, index) => h("tr", {}, h("th", { scope: "row" }, capital(name)), ...cells[index].map(([cell]) => cell))),
    ),
  );
  const status = h("div", { class: "lk-visually-hidden", role: "status", "aria-live": "polite" });
  const sample = (who) =>
    s("svg", { class: "lk-sample", viewBox: "0 0 26 12", "aria-hidden": "true" }, s("path", { class: `lk-epochs-${who}`, d: "M0 6H26" }));
  const root = h(
    "div",
    { ...OWN_KEYS, ...(view.lang ? { lang: view.lang, dir: "ltr" } : {}), class: "lessonkit lk-card lk-epochs", role: "group", "aria-label": phrase("Learning curves") },
    h("div", { class: "lk-epochs-panels" }, ...plots.map(({ element }) => element)),
    h("ul", { class: "lk-key", role: "list" }, ...known.map((who) => h("li", {}, sample(who), h("span", {}, rowsOf[who])))),
    h("div", { class: "lk-epochs-move" }, now, slider),
    values,
    status,
  );

  const words = () => {
    const parts = panels.map(
      ({ name, curves }) => `${capital(name)}: ${Object.entries(curves).map(([who, curve]) => `${whose[who]} ${rounded(curve[epoch - 1])}`).join(", ")}.`,
    );
    return [`${phrase("Epoch {n} of {total}", { n: epoch, total: last })}.`, ...parts].join(" ");
  };
  function paint() {
    now.textContent = phrase("Epoch {n} of {total}", { n: epoch, total: last });
    slider.value = epoch;
    slider.setAttribute("aria-valuetext", now.textContent);
    for (const [cell, curve] of cells.flat()) cell.textContent = curve ? rounded(curve[epoch - 1]) : "";
    if (laidOut) plots.forEach((plot) => plot.paint(epoch));
  }
  const { announce, hush } = speaker(status, words);
  const { show } = drawing({
    ...{ root, watched: plots[0].element, draw: paint },
    layout(width, text) {
      for (const plot of plots) plot.layout(width, text);
      laidOut = true;
    },
  });
  function go(next) {
    if (next === epoch) return;
    epoch = next;
    tell(epoch);
    paint();
    announce();
  }
  slider.addEventListener("input", () => go(Number(slider.value)), { signal });
  listen(
    model,
    "change:epoch",
    () => {
      epoch = model.get("epoch");
      paint();
    },
    signal,
  );

  paint();
  passKeys(root, signal);
  return show(el, end, hush, flush);
}

/** In a page without a kernel: put the curves in place of their picture. */
export function revive(key, view, [epoch], css) {
  enliven("epochs", key, { view, epoch }, css, render);
}

export default { render };
