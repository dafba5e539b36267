/**
 * The page's half of the curve sketch.
 *
 * Six points stand at fixed places along the plot; the learner sets their heights by a stroke across the plot, by
 * dragging one, or by keys. The kernel keeps them (trait `standing`), so all views show the same sketch, and holds
 * the true curve back until the sketch is committed.
 *
 * Each point is two things at one place: a native range input, invisible but there for keys and screen readers, and
 * a handle in the drawing, which the pointer takes and which shows the input's focus.
 */

import { createStatus, isOff, openLine, prose, setOff, submitOnEnter, symbol } from "./form.js";
import { OWN_KEYS, h, listen, openView, passKeys, phrase, s, set, showView, speak } from "./page.js";
import { clamp } from "./plot.js";

const silence = () =>
  phrase("No reply yet: the kernel is busy or not running. Your sketch is not saved yet. A busy kernel shows the true curve once it is free. If the kernel was restarted, run this cell again.");

/** Where a point waits until it is placed. */
const START = 0.5;

const aspects = () => ({ start: phrase("Start"), shape: phrase("Shape"), end: phrase("End"), overall: phrase("Overall") });

const percent = (share) => `${(100 * share).toFixed(2)}%`;
const toCents = (height) => Math.round(100 * clamp(height)) / 100;

/**
 * The plot. It knows heights and draws them; what they mean for the kernel is the caller's business.
 *
 * `onChange(settled)` is called when the learner has moved a point; `settled` is false in the middle of a gesture.
 */
function createPlot(view, { onChange, signal }) {
  const { positions, cells } = view;
  const { along_inside: along, up_inside: up } = view;
  const last = positions.length - 1;
  let heights = positions.map(() => null);
  let truth = null;
  let stroke = null; // the gesture under way

  // The drawing. Percentages place things, so nothing has to be measured when the width changes.
  const grid = positions.flatMap((position) => [
    s("line", { x1: percent(position), x2: percent(position), y1: "0%", y2: "100%" }),
    s("line", { x1: "0%", x2: "100%", y1: percent(position), y2: percent(position) }),
  ]);
  const lines = { viewBox: `0 0 ${cells} ${cells}`, preserveAspectRatio: "none", width: "100%", height: "100%" };
  const visited = view.trail.map(([recall, precision]) =>
    s("circle", { class: "lk-sketch-visited", cx: percent(recall), cy: percent(1 - precision), r: 4 }),
  );
  const trail = s("polyline", { class: "lk-sketch-trail" });
  const yours = s("polyline", { class: "lk-sketch-yours" });
  const curve = s("path", { class: "lk-sketch-true" });
  const baseline = s("line", { class: "lk-sketch-baseline" });
  const baselineName = s("text", { class: "lk-sketch-note" });
  const gaps = positions.map((position) =>
    s("line", { class: "lk-sketch-gap", x1: percent(position), x2: percent(position) }),
  );
  const diamonds = positions.map((position) =>
    s(
      "svg",
      { class: "lk-sketch-diamond", x: percent(position), width: 1, height: 1, overflow: "visible" },
      s("path", { d: "M0-6 6 0 0 6-6 0Z" }),
    ),
  );
  const handles = positions.map((position) => {
    const halo = s("circle", { class: "lk-sketch-halo", cx: percent(position), r: 15 });
    const dot = s("circle", { class: "lk-sketch-dot", cx: percent(position), r: 7.5 });
    const value = s("text", { class: "lk-sketch-value", x: percent(position) });
    return { halo, dot, value, element: s("g", { class: "lk-sketch-handle" }, halo, dot, value) };
  });
  const revealed = s("g", {}, baseline, ...gaps);
  const canvas = s(
    "svg",
    { class: "lk-sketch-canvas", "aria-hidden": "true" },
    s("rect", { class: "lk-sketch-paper" }),
    s("g", { class: "lk-sketch-grid" }, ...grid),
    s("g", {}, ...visited),
    revealed,
    s("svg", { ...lines, overflow: "visible" }, trail, curve, yours),
    baselineName,
    ...handles.map(({ element }) => element),
    ...diamonds,
  );

  const inputs = positions.map((position, index) => {
    const input = h("input", {
      ...OWN_KEYS,
      type: "range",
      min: 0,
      max: 1,
      step: 0.01,
      class: "lk-sketch-input",
      style: `left: ${percent(position)}`,
      "aria-label": phrase("{up} you expect at {along} {position}", { up: view.up, along, position }),
    });
    for (const event of ["focus", "blur"]) {
      const shown = event === "focus";
      const mark = () => handles[index].element.classList.toggle("lk-sketch-focused", shown);
      input.addEventListener(event, mark, { signal });
    }
    input.addEventListener("input", () => place(index, Number(input.value)), { signal });
    input.addEventListener("change", () => isOff(input) || onChange(true), { signal });
    return input;
  });

  const tickRow = (className, side) =>
    h(
      "div",
      { class: className, "aria-hidden": "true" },
      ...positions.map((position) => h("span", { style: `${side}: ${percent(position)}` }, String(position))),
    );
  const element = h(
    "div",
    { class: "lk-sketch-plot", dir: "ltr" },
    h("p", { class: "lk-sketch-up", "aria-hidden": "true" }, view.up),
    tickRow("lk-sketch-ticks-up", "bottom"),
    h("div", { class: "lk-sketch-area" }, canvas, ...inputs),
    tickRow("lk-sketch-ticks-along", "left"),
    h("p", { class: "lk-sketch-along", "aria-hidden": "true" }, view.along),
  );

  function draw() {
    const height = (index) => heights[index] ?? START;
    yours.setAttribute(
      "points",
      positions.flatMap((x, i) => (heights[i] === null ? [] : [`${x * cells},${(1 - heights[i]) * cells}`])).join(" "),
    );
    handles.forEach(({ element, halo, dot, value }, index) => {
      const y = percent(1 - height(index));
      const placed = heights[index] !== null;
      for (const circle of [halo, dot]) circle.setAttribute("cy", y);
      value.setAttribute("y", y);
      // Above the point, and below it where there is no room.
      value.setAttribute("dy", height(index) > 0.88 ? "27" : "-15");
      value.textContent = placed && !truth ? height(index).toFixed(2) : "";
      element.classList.toggle("lk-sketch-placed", placed);
    });
    inputs.forEach((input, index) => {
      input.value = height(index);
      setOff(input, truth !== null);
      input.setAttribute("aria-valuetext", spoken(index));
    });
    element.classList.toggle("lk-sketch-locked", truth !== null);
    for (const part of [revealed, baselineName]) part.toggleAttribute("hidden", truth === null);
    curve.setAttribute("d", truth?.path ?? "");
    diamonds.forEach((diamond, index) => {
      diamond.toggleAttribute("hidden", truth === null);
      if (!truth) return;
      diamond.setAttribute("y", percent(1 - truth.heights[index]));
      gaps[index].setAttribute("y1", percent(1 - heights[index]));
      gaps[index].setAttribute("y2", percent(1 - truth.heights[index]));
    });
    if (!truth) return;
    const [left, right] = truth.baseline;
    set(baseline, { x1: "0%", x2: "100%", y1: percent(1 - left), y2: percent(1 - right) });
    const place = left === right ? { x: 6, y: percent(1 - left), dy: left > 0.12 ? 18 : -8 } : { x: "58%", y: "52%", dy: 0 };
    set(baselineName, place);
    baselineName.textContent = truth.baseline_name;
  }

  function spoken(index) {
    if (heights[index] === null) return phrase("not placed yet, {height}", { height: START });
    const expected = `${up} ${heights[index].toFixed(2)}`;
    return truth ? phrase("you expected {expected}; the true curve is at {true}", { expected, true: truth.heights[index].toFixed(2) }) : expected;
  }

  function place(index, height) {
    if (truth === null) heights = heights.with(index, toCents(height));
    draw();
    if (truth === null) onChange(false);
  }

  // The pointer: whatever the stroke crosses gets the height at which it was crossed. Where it began, the nearest
  // point follows up and down, until the stroke leaves for the next one: so dragging a point is a short stroke.

  function locate(event) {
    const box = canvas.getBoundingClientRect();
    return { x: (event.clientX - box.left) / box.width, y: clamp(1 - (event.clientY - box.top) / box.height) };
  }

  const nearestPoint = (x) => Math.round(clamp(x) * last);
  const isNear = (x, index, share) => Math.abs(x - positions[index]) * last <= share;

  function begin(event) {
    if (truth !== null || event.button !== 0 || stroke) return;
    event.preventDefault(); // no text is selected
    canvas.setPointerCapture(event.pointerId);
    const at = locate(event);
    const index = nearestPoint(at.x);
    const handle = handles[index].dot.getBoundingClientRect();
    const reach = Math.hypot(
      event.clientX - (handle.left + handle.right) / 2,
      event.clientY - (handle.top + handle.bottom) / 2,
    );
    // A point taken off its middle does not jump.
    const offset = reach < 20 && heights[index] !== null ? heights[index] - at.y : 0;
    stroke = { pointer: event.pointerId, from: index, held: true, offset, first: at.y + offset, before: at, trail: [at] };
    inputs[index].focus({ preventScroll: true });
    place(index, stroke.first);
  }

  function move(event) {
    if (stroke?.pointer !== event.pointerId) return;
    const at = locate(event);
    const { before } = stroke;
    if (stroke.held && isNear(at.x, stroke.from, 0.5)) {
      place(stroke.from, at.y + stroke.offset);
    } else {
      if (stroke.held) place(stroke.from, stroke.first);
      stroke.held = false;
      positions.forEach((position, index) => {
        if (at.x === before.x || (position - before.x) * (position - at.x) > 0) return;
        place(index, before.y + ((position - before.x) / (at.x - before.x)) * (at.y - before.y));
      });
    }
    stroke.before = at;
    stroke.trail.push(at);
    trail.setAttribute("points", stroke.trail.map(({ x, y }) => `${x * cells},${(1 - y) * cells}`).join(" "));
  }

  function end(event) {
    if (stroke?.pointer !== event.pointerId) return;
    const { held, before } = stroke;
    stroke = null;
    trail.setAttribute("points", "");
    // A stroke that stops just before the last point means it too.
    if (!held && isNear(before.x, nearestPoint(before.x), 0.4)) place(nearestPoint(before.x), before.y);
    onChange(true);
  }

  canvas.addEventListener("pointerdown", begin, { signal });
  canvas.addEventListener("pointermove", move, { signal });
  for (const event of ["pointerup", "pointercancel"]) canvas.addEventListener(event, end, { signal });

  return {
    element,
    read: () => heights,
    isBusy: () => stroke !== null,
    write(points, shown) {
      heights = [...points];
      truth = shown;
      draw();
    },
    missing: () => positions.filter((_, index) => heights[index] === null),
  };
}

/** The two lines as numbers, side by side. */
function comparison(view, points, heights) {
  const row = (name, sample, values) =>
    h(
      "tr",
      {},
      h("th", { scope: "row" }, sample, name),
      ...values.map((value) => h("td", {}, value.toFixed(2))),
    );
  const sample = (className, mark) =>
    s(
      "svg",
      { class: "lk-sketch-sample", viewBox: "0 0 34 14", "aria-hidden": "true" },
      s("path", { class: className, d: "M0 7H34" }),
      mark,
    );
  return h(
    "table",
    { class: "lk-sketch-table" },
    h("caption", { class: "lk-visually-hidden" }, phrase("{up} you expected, and of the true curve", { up: view.up })),
    h(
      "thead",
      {},
      h("tr", {}, h("th", { scope: "col" }, view.along), ...view.positions.map((x) => h("th", { scope: "col" }, String(x)))),
    ),
    h(
      "tbody",
      {},
      row(phrase("Yours"), sample("lk-sketch-yours", s("circle", { class: "lk-sketch-dot", cx: 17, cy: 7, r: 5 })), points),
      row(phrase("True"), sample("lk-sketch-true", s("path", { class: "lk-sketch-gem", d: "M17 2 22 7 17 12 12 7Z" })), heights),
    ),
  );
}

function finding({ aspect, agrees, text }) {
  return h(
    "li",
    { class: "lk-sketch-finding", "data-agrees": String(agrees) },
    symbol(agrees ? "check" : "arrow"),
    h(
      "div",
      {},
      h("strong", { class: "lk-sketch-verdict" }, `${aspects()[aspect]}: ${agrees ? phrase("as you expected") : phrase("different")}`),
      h("p", {}, text),
    ),
  );
}

function render({ model, el }) {
  const { view, id: name, signal, end } = openView(model, "sketch");
  const ask = openLine(model, name, signal);
  speak(view);
  let standing = model.get("standing");
  let drafts = 0; // sent, and not replied to
  let pending = false;
  let notice = "";

  const { element: status, announce } = createStatus();
  const plot = createPlot(view, { onChange, signal });
  const commit = h("button", { ...OWN_KEYS, type: "submit", class: "lk-button" });
  const again = h("button", { ...OWN_KEYS, type: "button", class: "lk-button" }, phrase("Draw again"));
  const note = h("p", { class: "lk-notice" });
  const result = h("div", { class: "lk-sketch-result" });
  const form = h(
    "form",
    { class: "lk-question", autocomplete: "off" },
    h(
      "fieldset",
      { "aria-describedby": `${name}-how` },
      h(
        "legend",
        {},
        h("span", { class: "lk-eyebrow" }, phrase("Sketch"), h("span", { class: "lk-badge" }, phrase("Predict first"))),
        prose(view.prompt, "lk-prompt"),
      ),
      h(
        "p",
        { class: "lk-how", id: `${name}-how` },
        phrase("Draw a line across the plot, or place the six points one by one: drag them, or go to a point with Tab and move it with the arrow keys (Page Up and Page Down for larger steps).") +
          (view.trail.length ? ` ${phrase("The small open circles are the points of your trail.")}` : ""),
      ),
      plot.element,
    ),
    h("div", { class: "lk-actions" }, commit, again),
    note,
    result,
  );
  const root = h(
    "div",
    { ...OWN_KEYS, lang: view.lang, dir: view.dir, class: "lessonkit lk-sketch", role: "group", "aria-label": phrase("Sketch: {name}", { name: view.name }) },
    form,
    status,
  );

  function draw() {
    const { truth } = standing;
    commit.textContent = pending ? phrase("Committing …") : truth ? phrase("Committed") : phrase("Commit and show the true curve");
    setOff(commit, pending || truth !== null);
    commit.classList.toggle("lk-primary", truth === null);
    again.hidden = truth === null;
    note.textContent = notice;
    note.hidden = notice === "";
  }

  function drawResult() {
    const { truth, points } = standing;
    result.hidden = truth === null;
    result.replaceChildren(
      ...(truth
        ? [
            comparison(view, points, truth.heights),
            h("p", { class: "lk-summary" }, truth.summary),
            h("ul", { class: "lk-sketch-findings" }, ...truth.findings.map(finding)),
          ]
        : []),
    );
  }

  function onChange(settled) {
    if (notice) {
      notice = "";
      draw();
    }
    if (!settled || standing.truth) return;
    drafts += 1;
    const done = () => (drafts = Math.max(0, drafts - 1));
    ask({ type: "draft", attempt: standing.attempt, points: plot.read() }, { onReply: done, onSilence: done });
  }

  function tell(text, shown) {
    pending = false;
    notice = shown ? text : "";
    draw();
    announce(text);
  }

  const send = (body) =>
    ask(
      { ...body, attempt: standing.attempt },
      { onReply: (reply) => tell(reply.message, !reply.ok), onSilence: () => tell(silence(), true) },
    );

  form.addEventListener(
    "submit",
    (event) => {
      event.preventDefault();
      if (isOff(commit)) return;
      const missing = plot.missing();
      if (missing.length) {
        const values = { n: missing.length, total: view.positions.length, along: view.along_inside, places: missing.join(", ") };
        tell(
          missing.length === view.positions.length
            ? phrase("{n} of {total} points are not placed yet.", values)
            : phrase("{n} of {total} points are not placed yet, at {along} {places}.", values),
          true,
        );
        return;
      }
      pending = true;
      notice = "";
      draw();
      send({ type: "commit", points: plot.read() });
    },
    { signal },
  );
  submitOnEnter(form, signal);
  again.addEventListener(
    "click",
    () => {
      commit.focus(); // this button goes
      send({ type: "again" });
    },
    { signal },
  );

  function update() {
    const next = model.get("standing");
    const turned = next.attempt !== standing.attempt || Boolean(next.truth) !== Boolean(standing.truth);
    standing = next;
    // What this view's learner is in the middle of stays; otherwise it follows the kernel.
    if (turned || (drafts === 0 && !plot.isBusy())) plot.write(standing.points, standing.truth);
    if (turned) drawResult();
    draw();
  }

  listen(model, "change:standing", update, signal);
  plot.write(standing.points, standing.truth);
  drawResult();
  draw();
  passKeys(root, signal);
  return showView(root, el, end);
}

export default { render };
