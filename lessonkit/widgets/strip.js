/**
 * The page's half of the sorted strip.
 *
 * The trait `view` holds every row, so the page counts for any threshold itself and moving asks nobody. The trait
 * `threshold` is [threshold, TP, FP], as the explorer's. The trait `visited` holds how many rows were flagged at each
 * threshold the learner has been to, in order: Python makes the trail from it.
 */

import { OWN_KEYS, h, listen, openView, passKeys, phrase, s, set, speak } from "./page.js";
import { at, clamp, dragged, drawing, enliven, exact, frame, sender, setUnder, shareAxes, speaker, stepped, ticks, toWire } from "./plot.js";

/** Half the size of a mark, the distance of two that do not touch, and how near the pointer has to be, in pixels. */
const MARK = 7;
const APART = 2 * MARK + 3;
const REACH = 16;

/** The widest box of the trail, in pixels. */
const BOX = 270;

const verdictWords = () => ({ tp: phrase("caught"), fp: phrase("false alarm"), fn: phrase("missed"), tn: phrase("left alone") });
const DIAMOND = `M0 ${-MARK}L${MARK} 0L0 ${MARK}L${-MARK} 0Z`;

/** The rows from the highest score to the lowest, and the thresholds that the keys step through. */
function readRows({ scores, truth, subjects, top }) {
  const rows = scores.map((score, index) => ({
    score: Number(score),
    positive: truth[index] === "1",
    subject: subjects?.[index],
  }));
  const distinct = [...new Set(rows.map(({ score }) => score))];
  const thresholds = Number(top) > distinct[0] ? [Number(top), ...distinct] : distinct;
  const caught = [0];
  for (const { positive } of rows) caught.push(caught.at(-1) + positive);
  const positives = caught.at(-1);
  return { rows, thresholds, size: thresholds.length, caught, positives, negatives: rows.length - positives };
}

const verdict = ({ positive }, flagged) => (positive ? (flagged ? "tp" : "fn") : flagged ? "fp" : "tn");

/** A part of a whole as a fraction and as a number; "≈" where the number is rounded. */
function fraction(part, whole) {
  const rounded = (part / whole).toFixed(2);
  return `${phrase("{part} of {whole}", { part, whole })} ${Math.abs(Number(rounded) - part / whole) < 1e-12 ? "=" : "≈"} ${rounded}`;
}

/** Set words if they are new: the same ones would be laid out again. */
function say(element, words) {
  if (element.textContent !== words) element.textContent = words;
}

const markShape = (positive, attributes = {}) =>
  positive
    ? s("path", { ...attributes, class: "lk-strip-positive", d: DIAMOND })
    : s("circle", { ...attributes, class: "lk-strip-negative", r: MARK - 1.5 });

const sample = (...shapes) =>
  s("svg", { class: "lk-strip-sample", viewBox: "-11 -11 22 22", "aria-hidden": "true" }, ...shapes);

const ring = () => s("circle", { class: "lk-strip-ring", r: MARK + 3.5 });

const face = () =>
  s(
    "svg",
    { class: "lk-strip-face", viewBox: "0 0 20 20", "aria-hidden": "true" },
    s("circle", { cx: 10, cy: 10, r: 8.4 }),
    s("path", { d: "M6.4 14.4Q10 10.8 13.6 14.4M7.2 7.4V8.6M12.8 7.4V8.6" }),
  );

/** The rows as marks on the line of scores, and the threshold as a line to drag. `go` gets a threshold. */
function linePanel({ data, view, signal, go, point }) {
  const { low, high } = view;
  const step = 10 ** Math.floor(Math.log10((high - low) / 50)); // the pointer's thresholds are round numbers
  const toRound = (value) => (Number.isFinite(step) && step > 0 ? Number((Math.round(value / step) * step).toPrecision(12)) : value);
  const words = phrase("The line of scores: {positives} above it, {negatives} below it, and the threshold.", { positives: view.labels[0], negatives: view.labels[1] });
  const svg = s("svg", { class: "lk-plot lk-strip-plot", role: "img", "aria-label": words });
  const ground = s("rect", { class: "lk-strip-flagged" });
  const line = s("g", { class: "lk-threshold" }, s("path"), s("circle", { r: 7 }), s("text", { class: "lk-words" }));
  const alone = s("text", { class: "lk-words" }, `← ${phrase("left alone")}`);
  const marks = data.rows.map((row) => {
    const round = ring();
    return { round, element: s("g", { class: "lk-strip-mark" }, round, markShape(row.positive)), row };
  });
  let box;

  const along = (score) => clamp((score / 2 - low / 2) / (high / 2 - low / 2));
  const toScore = (x) => toRound(low + clamp((x - box.left) / box.wide) * (high - low));
  const inside = (event) => {
    const bounds = svg.getBoundingClientRect();
    return [event.clientX - bounds.left, event.clientY - bounds.top];
  };
  dragged(svg, (event) => go(toScore(inside(event)[0])), signal);
  svg.addEventListener(
    "pointermove",
    (event) => {
      const [x, y] = inside(event);
      const distance = (mark) => Math.hypot(mark.x - x, mark.y - y);
      const closest = marks.reduce((best, mark) => (distance(mark) < distance(best) ? mark : best));
      point(distance(closest) <= REACH ? marks.indexOf(closest) : undefined);
    },
    { signal },
  );
  svg.addEventListener("pointerleave", () => point(undefined), { signal });

  return {
    svg,
    toRound,
    inset: () => [box.left, box.right],
    layout(width, text) {
      // Each mark takes the first place, counted from the line, where it touches no other.
      const ends = { true: [], false: [] };
      const room = frame(width, 0, text, [0, 1.1, 0, 1.1]);
      for (const mark of marks) {
        mark.x = at(room.x(along(mark.row.score)));
        const levels = ends[mark.row.positive];
        const free = levels.findIndex((end) => end - mark.x >= APART);
        mark.level = free < 0 ? levels.length : free;
        levels[mark.level] = mark.x;
      }
      const tall = (levels) => APART * Math.max(levels.length, 2) + 14;
      const middle = at(2 * text + tall(ends.true));
      const height = middle + tall(ends.false) + 1.6 * text;
      box = frame(width, height, text, [1.9, 1.1, 1.6, 1.1]);
      set(svg, { width, height, viewBox: `0 0 ${width} ${height}` });
      set(ground, { y: box.top, height: box.bottom - box.top });
      const axes = s("g", { class: "lk-axes" });
      for (const value of ticks(low, high, width < 420 ? 5 : 10)) {
        const x = at(box.x(along(value)));
        axes.append(
          s("path", { class: "lk-grid", d: `M${x} ${box.top}V${box.bottom}` }),
          s("text", { x, y: box.bottom + 1.3 * text, "text-anchor": "middle" }, String(value)),
        );
      }
      for (const mark of marks) {
        const away = APART * mark.level + 15;
        mark.y = mark.row.positive ? middle - away : middle + away;
        mark.element.setAttribute("transform", `translate(${mark.x} ${mark.y})`);
      }
      set(line.children[0], { d: `M0 ${box.top - 2}V${box.bottom}` });
      set(line.children[1], { cy: middle });
      set(line.children[2], { y: box.top - 0.6 * text });
      set(alone, { y: box.top - 0.6 * text });
      svg.replaceChildren(
        ...[ground, axes, s("path", { class: "lk-middle", d: `M${box.left} ${middle}H${box.right}` })],
        ...[alone, line],
        ...marks.map(({ element }) => element), // over the line, so that the one it stands at is seen
      );
    },
    paint(threshold, errors, pointed) {
      const x = at(box.x(along(threshold)));
      line.setAttribute("transform", `translate(${x} 0)`);
      const words = phrase("flagged: score ≥ {threshold} →", { threshold: exact(threshold) });
      const label = line.children[2];
      label.textContent = words;
      const room = box.right - x > 0.52 * box.text * words.length;
      set(label, { x: room ? 0 : box.right - x + 4, "text-anchor": room ? "start" : "end" });
      alone.toggleAttribute("hidden", !room || x - box.left < 7 * box.text);
      set(alone, { x: x - 0.9 * box.text, "text-anchor": "end" });
      set(ground, { x, width: Math.max(box.right + 11 - x, 0) });
      marks.forEach(({ round, element }, index) => {
        round.toggleAttribute("hidden", !errors[index]);
        element.classList.toggle("lk-strip-pointed", index === pointed);
      });
    },
  };
}

/** The box of recall and precision in which every visited point stays. */
function trailPanel({ data }) {
  const svg = s("svg", { class: "lk-plot lk-strip-trail", role: "img" });
  const past = s("g");
  const dot = s("circle", { class: "lk-dot", r: 6.5 });
  const guides = s("path", { class: "lk-guides" });
  let box;
  const place = (flagged) => {
    const caught = data.caught[flagged];
    return [at(box.x(caught / data.positives)), at(box.y(caught / flagged))];
  };
  return {
    svg,
    layout(width, text) {
      const height = Math.round(width * 0.86);
      box = frame(width, height, text, [2, 0.8, 3, 2.2]);
      set(svg, { width, height, viewBox: `0 0 ${width} ${height}` });
      past.replaceChildren();
      svg.replaceChildren(shareAxes(box, phrase("Recall"), phrase("Precision")), past, guides, dot);
    },
    paint(flagged, visited) {
      for (const count of visited.slice(past.childElementCount)) {
        const [cx, cy] = place(count);
        past.append(s("circle", { class: "lk-strip-past", cx, cy, r: 4 }));
      }
      dot.toggleAttribute("hidden", !flagged);
      guides.toggleAttribute("hidden", !flagged);
      const words =
        visited.length === 1
          ? phrase("Recall and precision: 1 point visited so far. The numbers are beside it.")
          : phrase("Recall and precision: {n} points visited so far. The numbers are beside it.", { n: visited.length });
      svg.setAttribute("aria-label", words);
      if (!flagged) return;
      const [x, y] = place(flagged);
      set(dot, { cx: x, cy: y });
      guides.setAttribute("d", `M${x} ${box.bottom}V${y}H${box.left}`);
    },
  };
}

/** Caught, missed and false alarms as bars: one small box for each row, the same length in all three. */
function tally(data, labels) {
  const most = Math.max(data.positives, data.negatives);
  const bars = ["tp", "fn", "fp"].map((name) => {
    const whole = name === "fp" ? data.negatives : data.positives;
    const boxes = Array.from({ length: whole }, () => h("i"));
    const bar = h("span", { class: "lk-strip-bar", "aria-hidden": "true", style: `inline-size: ${(100 * whole) / most}%` }, ...boxes);
    const count = h("span", { class: "lk-strip-count" });
    const title = { tp: phrase("Caught"), fn: phrase("Missed"), fp: phrase("False alarms") }[name];
    const what = labels[name === "fp" ? 1 : 0];
    const element = h(
      "li",
      { "data-verdict": name },
      h("span", { class: "lk-strip-name" }, title),
      h("span", { class: "lk-strip-sum" }, count, ` ${phrase("of {whole} {what}", { whole, what })}`),
      h("span", { class: "lk-strip-track" }, bar),
    );
    return { name, boxes, count, element };
  });
  return {
    element: h("ul", { class: "lk-strip-tally", role: "list" }, ...bars.map(({ element }) => element)),
    paint(counts) {
      for (const { name, boxes, count } of bars) {
        say(count, String(counts[name]));
        boxes.forEach((one, index) => one.classList.toggle("lk-strip-on", index < counts[name]));
      }
    },
  };
}

/** The subjects from the highest score to the lowest; those flagged stand out, errors have a face. */
function subjectList({ rows }, name) {
  const verdictNames = verdictWords();
  const items = rows.map((row) => {
    const says = h("span", { class: "lk-strip-verdict" });
    const element = h(
      "li",
      {},
      sample(markShape(row.positive)),
      h("span", { class: "lk-strip-score" }, exact(row.score)),
      h("span", { class: "lk-strip-subject" }, row.subject),
      says,
    );
    return { element, says, shown: undefined };
  });
  const many = rows.length > 40; // else it is longer than a screen
  return {
    element: h(
      "ol",
      { ...OWN_KEYS, class: "lk-strip-list", role: "list", "aria-labelledby": name, tabindex: many && "0" },
      ...items.map(({ element }) => element),
    ),
    paint(verdicts, pointed) {
      items.forEach((item, index) => {
        item.element.classList.toggle("lk-strip-pointed", index === pointed);
        const now = verdicts[index];
        if (item.shown === now) return;
        item.shown = now;
        item.element.dataset.verdict = now;
        item.says.replaceChildren(...(now === "fp" || now === "fn" ? [face()] : []), h("span", { class: "lk-strip-word" }, verdictNames[now]));
      });
    },
  };
}

function render({ model, el }) {
  const { view, id, signal, end } = openView(model, "strip");
  speak(view);
  const { labels } = view;
  const data = readRows(view);

  // What is on screen
  let threshold = Number(model.get("threshold")[0]);
  let visited = [...model.get("visited")];
  let pointed;

  const status = h("div", { class: "lk-visually-hidden", role: "status", "aria-live": "polite" });
  const line = linePanel({
    ...{ data, view, signal },
    go: (next) => go(next),
    point(next) {
      if (next === pointed) return;
      pointed = next;
      schedule();
    },
  });
  const bars = tally(data, labels);
  const list = view.subjects ? subjectList(data, `${id}-list`) : undefined;
  const trail = view.trail ? trailPanel({ data }) : undefined;
  const slider = h("input", {
    ...OWN_KEYS,
    ...{ type: "range", class: "lk-slider", step: "any", min: view.low, max: view.high },
    "aria-label": phrase("Threshold"),
    "aria-describedby": `${id}-rule`,
  });
  const shares = Object.fromEntries(
    ["precision", "recall"].map((name) => [name, h("span", { class: "lk-strip-fraction", "data-share": name })]),
  );
  const caption = h("p", { class: "lk-strip-caption" });
  const title = (words, more = {}) => h("p", { class: "lk-strip-title", ...more }, words);
  const root = h(
    "div",
    { ...OWN_KEYS, ...(view.lang ? { lang: view.lang, dir: "ltr" } : {}), class: "lessonkit lk-card lk-strip", role: "group", "aria-label": phrase("Sorted strip") },
    h(
      "p",
      { class: "lk-strip-rule", id: `${id}-rule` },
      phrase("Every score at or above the threshold is flagged. Drag the line, or go score by score with the arrow keys."),
    ),
    h("div", { class: "lk-strip-line" }, line.svg, slider, caption),
    h(
      "ul",
      { class: "lk-key", role: "list" },
      h("li", {}, sample(markShape(true)), h("span", {}, phrase("{class} ({n}), above the line", { class: labels[0], n: data.positives }))),
      h("li", {}, sample(markShape(false)), h("span", {}, phrase("{class} ({n}), below the line", { class: labels[1], n: data.negatives }))),
      h("li", {}, sample(ring()), h("span", {}, view.subjects ? phrase("ring and face: an error") : phrase("ring: an error"))),
    ),
    h(
      "div",
      { class: "lk-strip-parts" },
      h(
        "div",
        { class: "lk-strip-numbers" },
        bars.element,
        h("p", { class: "lk-strip-share" }, h("b", {}, `${phrase("Precision")} `), shares.precision, h("small", {}, phrase("of what is flagged, the part that is {positives}", { positives: labels[0] }))),
        h("p", { class: "lk-strip-share" }, h("b", {}, `${phrase("Recall")} `), shares.recall, h("small", {}, phrase("of the {positives}, the part that is flagged", { positives: labels[0] }))),
      ),
      ...(trail ? [h("div", { class: "lk-strip-side" }, title(phrase("Your trail")), trail.svg)] : []),
    ),
    ...(list ? [h("div", {}, title(phrase("By score, highest first"), { id: `${id}-list` }), list.element)] : []),
    status,
  );

  const flaggedAt = (value) => data.rows.findIndex(({ score }) => score < value);
  function count() {
    const below = flaggedAt(threshold);
    const flagged = below < 0 ? data.rows.length : below;
    const tp = data.caught[flagged];
    const fp = flagged - tp;
    return { flagged, tp, fp, fn: data.positives - tp, tn: data.negatives - fp };
  }

  const precision = ({ tp, flagged }) => (flagged ? fraction(tp, flagged) : phrase("0 of 0: nothing is flagged"));

  function describe(index, counts) {
    const { score, subject } = data.rows[index];
    const name = subject === undefined ? exact(score) : `${exact(score)}, ${subject}`;
    return `${name} (${verdictWords()[verdict(data.rows[index], index < counts.flagged)]})`;
  }

  const { schedule, show } = drawing({
    ...{ root, watched: line.svg.parentElement, draw },
    layout(width, text) {
      line.layout(width, text);
      trail?.layout(Math.min(width, BOX), text);
      setUnder(slider, ...line.inset());
    },
  });

  function draw() {
    const counts = count();
    const verdicts = data.rows.map((row, index) => verdict(row, index < counts.flagged));
    line.paint(threshold, verdicts.map((one) => one === "fp" || one === "fn"), pointed);
    bars.paint(counts);
    say(shares.precision, precision(counts));
    say(shares.recall, fraction(counts.tp, data.positives));
    trail?.paint(counts.flagged, visited);
    list?.paint(verdicts, pointed);
    const last = counts.flagged - 1;
    const latest = last < 0 ? phrase("Nothing is flagged.") : phrase("Last one flagged: {row}", { row: describe(last, counts) });
    say(caption, pointed === undefined ? latest : describe(pointed, counts));
    slider.value = threshold;
    const here = data.rows.findIndex(({ score }) => score === threshold);
    slider.setAttribute("aria-valuetext", here < 0 ? exact(threshold) : describe(here, counts));
  }

  // Moving
  const { tell, flush } = sender(model, "threshold");
  const { announce, hush } = speaker(status, () => {
    const counts = count();
    const alarms = counts.fp === 1 ? phrase("1 false alarm") : phrase("{n} false alarms", { n: counts.fp });
    return phrase("Threshold {threshold}: {caught} of {total} {positives} caught, {missed} missed, {alarms}. Precision {precision}, recall {recall}.", {
      ...{ threshold: exact(threshold), caught: counts.tp, total: data.positives, positives: labels[0], missed: counts.fn },
      ...{ alarms, precision: precision(counts), recall: fraction(counts.tp, data.positives) },
    });
  });

  /** Note that the learner has been here. With nothing flagged there is no precision, so no point. */
  function visit({ flagged }) {
    if (!flagged || visited.includes(flagged)) return;
    visited = [...visited, flagged];
    model.set("visited", visited);
  }

  function go(next) {
    if (next !== threshold) {
      threshold = next;
      const counts = count();
      visit(counts);
      tell([toWire(next), counts.tp, counts.fp]);
    }
    announce();
    schedule();
  }

  /** Follow the traits: Python, or another view of this strip, has moved. */
  function follow() {
    const next = Number(model.get("threshold")[0]);
    const news = model.get("visited");
    if (next === threshold && news.length === visited.length) return;
    const mine = document.activeElement !== null && root.contains(document.activeElement);
    if (next !== threshold && mine) announce();
    threshold = next;
    visited = [...news];
    schedule();
  }

  stepped(slider, data, () => threshold, (index) => go(data.thresholds[index]), signal);
  slider.addEventListener("input", () => go(line.toRound(Number(slider.value))), { signal });
  listen(model, "change:threshold", follow, signal);
  listen(model, "change:visited", follow, signal);

  passKeys(root, signal);
  return show(el, end, hush, flush);
}

/** In a page without a kernel: put the strip in place of its picture. */
export function revive(key, view, threshold, css) {
  enliven("strip", key, { view, threshold, visited: view.visited }, css, render);
}

export default { render };
