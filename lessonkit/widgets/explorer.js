/**
 * The page's half of the threshold explorer.
 *
 * The trait `view` holds all that is drawn: the stops (thresholds with their exact counts), a histogram, and what
 * was asked for beside them. So moving the threshold asks nobody. The trait `threshold` is [threshold, TP, FP]: the
 * page sets it when the learner moves, Python when a cell does. For a threshold that is no stop the page sends
 * [threshold, null, null], shows the nearest stop, and says so until Python has sent the counts.
 *
 * One rule decides what is on screen: every count shown belongs to the threshold shown.
 */

import { OWN_KEYS, h, isModified, listen, openView, passKeys, phrase, s, set, speak } from "./page.js";
import { amount, at, clamp, dragged, drawing, enliven, exact, frame, linePath, nearest, sender, setUnder, share, shareAxes, speaker, stepped, ticks, toWire } from "./plot.js";

/** The prevalences of the dial. */
const RAREST = 0.001;
const COMMONEST = 0.9;

/** The widest plot that the stops were chosen for (`PIXELS` in stops.py), in pixels. */
const WIDEST = 420;

/** Numbers packed by `pack` in stops.py: a DataView from Python, base64 in a page without a kernel. */
function unpack(source) {
  const bytes =
    typeof source === "string"
      ? Uint8Array.from(atob(source), (letter) => letter.charCodeAt(0))
      : new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
  if (bytes[0] === 255) {
    const raw = new DataView(bytes.buffer, bytes.byteOffset + 1);
    return Array.from({ length: raw.byteLength / 8 }, (_, index) => raw.getFloat64(8 * index, true));
  }
  const scale = Number(`1e${bytes[0]}`);
  const numbers = [];
  let [whole, zigzag, place] = [0, 0, 1];
  for (const byte of bytes.subarray(1)) {
    zigzag += (byte & 127) * place; // no shifts: they end at 32 bits
    place *= 128;
    if (byte & 128) continue;
    whole += zigzag % 2 ? -(zigzag + 1) / 2 : zigzag / 2;
    numbers.push(whole / scale);
    [zigzag, place] = [0, 1];
  }
  return numbers;
}

/** One model's stops, from the highest threshold to the lowest. */
function readStops({ stops, positives, negatives }) {
  const thresholds = unpack(stops.thresholds);
  const [tp, fp] = [unpack(stops.tp), unpack(stops.fp)];
  const at = (index) => ({ threshold: thresholds[index], tp: tp[index], fp: fp[index] });
  return { thresholds, tp, fp, positives, negatives, size: thresholds.length, at };
}

/**
 * Every number shown, from the counts at a threshold. `weight` is how many times each negative counts; the formulas,
 * and their order of operations, are those of `Confusion`.
 */
function measure({ threshold, tp, fp: alarms }, { positives, negatives: rows }, weight, prices) {
  const fp = alarms * weight;
  const negatives = rows * weight;
  const [fn, tn, total] = [positives - tp, negatives - fp, positives + negatives];
  const errors = 0.5 * fn + 0.5 * fp;
  return {
    ...{ threshold, tp, fp, fn, tn, total, flagged: tp + fp },
    precision: tp + fp ? tp / (tp + fp) : 0,
    recall: tp / positives,
    falsePositiveRate: alarms / rows,
    f1: tp / (tp + errors),
    accuracy: (tp + tn) / total,
    alerts: (1000 * (tp + fp)) / total,
    cost: prices ? prices.false_positive * fp + prices.false_negative * fn : undefined,
  };
}

const percent = (value) => `${Number((100 * value).toPrecision(3))}%`;

/** A precision–recall curve as steps: each gain in recall has the precision at its end, as average precision counts. */
function stepPath(stops, weight, box) {
  let path = "";
  for (let index = 0; index < stops.size; index++) {
    const [tp, fp] = [stops.tp[index], stops.fp[index] * weight];
    if (tp + fp === 0) continue; // nothing flagged, no precision: the curve has no such point
    const y = at(box.y(tp / (tp + fp)));
    path += `${path ? "V" : `M${at(box.x(0))} `}${y}H${at(box.x(tp / stops.positives))}`;
  }
  return path;
}

function rocPath(stops, box) {
  const points = stops.tp.map((tp, index) => [
    box.x(stops.fp[index] / stops.negatives),
    box.y(tp / stops.positives),
  ]);
  return linePath([[box.x(0), box.y(0)], ...points]);
}

/** One entry of a panel's key: a sample of the line or mark, and what it means. */
function keyEntry(kind, words) {
  const samples = {
    cheapest: () => s("path", { class: "lk-cheapest", d: "M13 1L18 6L13 11L8 6Z" }),
    bar: () => s("rect", { class: "lk-band", x: 1, y: 0, width: 24, height: 12 }),
  };
  const sample = samples[kind]?.() ?? s("path", { class: `lk-${kind}`, d: "M1 6H25" });
  return h("li", {}, s("svg", { viewBox: "0 0 26 12", "aria-hidden": "true", class: "lk-sample" }, sample), h("span", {}, words));
}

/**
 * A panel that draws a curve in a square of shares. `pick` gets the index of the stop nearest to the pointer.
 * Its parts: `layout` when the room has changed, `reshape` when the prevalence has, `paint` at every move.
 */
function curvePanel({ data, other, prices, names, title, words, xName, yName, place, extras, signal, pick }) {
  const svg = s("svg", { class: "lk-plot", role: "img", "aria-label": words });
  const moving = {
    guides: s("path", { class: "lk-guides" }),
    cheapest: s("path", { class: "lk-cheapest", d: "M0 -6L6 0L0 6L-6 0Z", hidden: true }),
    other: s("rect", { class: "lk-other-dot", x: -5, y: -5, width: 10, height: 10, hidden: true }),
    dot: s("circle", { class: "lk-dot", r: 7, hidden: true }),
  };
  const curves = {
    other: s("path", { class: "lk-other" }),
    curve: s("path", { class: "lk-curve" }),
  };
  const entries = [keyEntry("curve", names[0])];
  if (other) entries.push(keyEntry("other", names[1]));
  const key = h("ul", { class: "lk-key" }, ...entries, ...extras.entries);
  if (prices) key.append(keyEntry("cheapest", phrase("lowest cost")));
  let box;
  let weight = 1;

  const spot = (point, stops) => {
    const [x, y] = place(point, stops, weight);
    return y === undefined ? undefined : [at(box.x(x)), at(box.y(y))];
  };
  const move = (mark, where) => {
    mark.toggleAttribute("hidden", !where);
    if (where) mark.setAttribute("transform", `translate(${where[0]} ${where[1]})`);
  };

  const toStop = (event) => {
    const bounds = svg.getBoundingClientRect();
    const [x, y] = [event.clientX - bounds.left, event.clientY - bounds.top];
    let [best, least] = [-1, Infinity];
    for (let index = 0; index < data.size; index++) {
      const where = spot(data.at(index), data);
      const distance = where ? (where[0] - x) ** 2 + (where[1] - y) ** 2 : Infinity;
      if (distance < least) [best, least] = [index, distance];
    }
    if (best >= 0) pick(best);
  };
  dragged(svg, toStop, signal);

  return {
    title,
    svg,
    key,
    layout(width, text) {
      const height = Math.min(width * 0.88, WIDEST);
      box = frame(width, height, text, [2, extras.right ?? 1, 3, 2.6]);
      set(svg, { width, height, viewBox: `0 0 ${width} ${height}` });
      svg.replaceChildren(
        shareAxes(box, xName, yName),
        extras.draw(box),
        curves.other,
        curves.curve,
        moving.guides,
        ...(extras.over ?? []), // words that no line may cross
        ...[moving.cheapest, moving.other, moving.dot],
      );
    },
    reshape(next) {
      weight = next;
      extras.reshape?.(box, weight);
      curves.curve.setAttribute("d", extras.path(data, weight, box));
      if (other) curves.other.setAttribute("d", extras.path(other, weight, box));
    },
    paint({ point, match, cheapest }) {
      const where = spot(point, data);
      move(moving.dot, where);
      moving.guides.setAttribute("d", where ? `M${where[0]} ${box.bottom}V${where[1]}H${box.left}` : "");
      move(moving.other, match && spot(match, other));
      move(moving.cheapest, cheapest && spot(cheapest, data));
    },
  };
}

function precisionRecallPanel(shared, band) {
  const { data } = shared;
  const baseline = s("path", { class: "lk-baseline" });
  const label = s("text", { class: "lk-words" });
  const area = s("path", { class: "lk-band" });
  const entries = [keyEntry("baseline", phrase("flagging at random")), keyEntry("iso", phrase("equal F1"))];
  if (band) entries.push(keyEntry("bar", phrase("95% of resamples, at each recall")));
  const columns = band && [band.recall, band.low, band.high].map(unpack);
  return curvePanel({
    ...shared,
    title: phrase("Precision–recall curve"),
    words: phrase("Precision–recall curve with the point of the threshold. The numbers stand above."),
    xName: phrase("Recall"),
    yName: phrase("Precision"),
    place: ({ tp, fp }, { positives }, weight) => [tp / positives, tp + fp ? tp / (tp + fp * weight) : undefined],
    extras: {
      entries,
      right: 2.8,
      over: [label],
      path: stepPath,
      draw(box) {
        const lines = s("g");
        for (const f1 of [0.2, 0.4, 0.6, 0.8]) {
          const from = f1 / (2 - f1);
          const points = Array.from({ length: 60 }, (_, index) => {
            const recall = from + (1 - from) * (index / 59) ** 2; // close together where it is steep
            return [box.x(recall), box.y((f1 * recall) / (2 * recall - f1))]; // F1 = 2PR / (P + R), solved for P
          });
          lines.append(
            s("path", { class: "lk-iso", d: linePath(points) }),
            s("text", { class: "lk-words", x: box.right + 4, y: box.y(from) + 0.35 * box.text }, `F1 ${f1}`),
          );
        }
        lines.append(area, baseline);
        return lines;
      },
      reshape(box, weight) {
        const prevalence = data.positives / (data.positives + data.negatives * weight);
        const y = at(box.y(prevalence));
        baseline.setAttribute("d", `M${box.left} ${y}H${box.right}`);
        const side = prevalence > 0.12 ? 1.1 : -0.5; // below the line, where there is room
        set(label, { x: box.left + 5, y: at(y + side * box.text) });
        label.textContent = phrase("prevalence {share}", { share: share(prevalence) });
        if (!columns) return;
        const [recalls, low, high] = columns;
        const shift = (precision) => precision / (precision + (1 - precision) * weight);
        const edge = (side) => recalls.map((recall, index) => [box.x(recall), box.y(shift(side[index]))]);
        area.setAttribute("d", `${linePath([...edge(high), ...edge(low).reverse()])}Z`);
      },
    },
  });
}

/** Precisions whose ray is drawn in the ROC curve's panel, from the steepest ray to the flattest. */
const RAYS = [0.8, 0.5, 0.2];

/**
 * Points of equal precision are a ray from the corner of the ROC curve's panel. Its slope, recall over false positive
 * rate, is the odds of that precision times the number of negatives per positive: so the rays turn with the prevalence.
 */
function rocPanel(shared) {
  const { data } = shared;
  const rays = RAYS.map(() => s("path", { class: "lk-ray" }));
  const curve = phrase("ROC curve with the point of the threshold. The numbers stand above.");
  const roc = curvePanel({
    ...shared,
    title: phrase("ROC curve"),
    words: curve,
    xName: phrase("False positive rate"),
    yName: phrase("Recall"),
    place: ({ tp, fp }, { positives, negatives }) => [fp / negatives, tp / positives],
    extras: {
      entries: [
        keyEntry("baseline", phrase("flagging at random")),
        keyEntry("ray", phrase("equal precision: {first} (steepest), {rest}", { first: RAYS[0], rest: RAYS.slice(1).join(", ") })),
      ],
      path: (stops, _weight, box) => rocPath(stops, box),
      draw: (box) => s("g", {}, s("path", { class: "lk-baseline", d: `M${box.left} ${box.bottom}L${box.right} ${box.top}` }), ...rays),
      reshape(box, weight) {
        const slopes = RAYS.map((precision) => ((precision / (1 - precision)) * data.negatives * weight) / data.positives);
        slopes.forEach((slope, index) => {
          const end = [box.x(Math.min(1, 1 / slope)), box.y(Math.min(1, slope))];
          rays[index].setAttribute("d", linePath([[box.left, box.bottom], end]));
        });
        const told = RAYS.map((precision, index) =>
          phrase("{precision} where recall is {times} times the false positive rate", { precision, times: amount(slopes[index], 3) }),
        );
        roc.svg.setAttribute("aria-label", `${curve} ${phrase("Precision is {list}.", { list: told.join(", ") })}`);
      },
    },
  });
  return roc;
}

/** A count beside an axis: short, so that a million needs no wide margin. */
const short = (value) => (value < 10_000 ? amount(value) : value.toLocaleString("en", { notation: "compact" }));

/** Let a pointer on a drawing pick the nearest stop on its axis; `place` returns the plot's frame. */
function pickAlong(svg, place, { low, high, data, pick, signal }) {
  const take = (event) => {
    const { left, wide } = place();
    const x = event.clientX - svg.getBoundingClientRect().left;
    pick(nearest(data, low + clamp((x - left) / wide, 0, 1) * (high - low)));
  };
  dragged(svg, take, signal);
}

/** The axis of thresholds that the scores and the cost share. */
function axisOf(data, histogram) {
  const low = Math.min(histogram.low, ...data.thresholds.filter(Number.isFinite));
  const high = Math.max(histogram.high, ...data.thresholds.filter(Number.isFinite));
  return { low, high, along: (threshold) => (clamp(threshold, low, high) - low) / (high - low) };
}

/** The grid and the numbers of that axis. */
function thresholdAxes(box, { low, high, along }) {
  const axes = s("g", { class: "lk-axes" });
  for (const value of ticks(low, high, 5)) {
    const x = at(box.x(along(value)));
    axes.append(
      s("path", { class: "lk-grid", d: `M${x} ${box.top}V${box.bottom}` }),
      s("text", { x, y: box.bottom + 1.3 * box.text, "text-anchor": "middle" }, String(value)),
    );
  }
  return axes;
}

/** The scores of both classes, and the threshold as a line to drag. */
function scoresPanel({ data, histogram, labels, id, signal, pick }) {
  const svg = s("svg", { class: "lk-plot lk-scores", role: "img", "aria-label": phrase("Scores of {positives} (up) and {negatives} (down), with the threshold as a line.", { positives: labels[0], negatives: labels[1] }) });
  const clip = s("rect");
  const cover = s("clipPath", { id: `${id}-flagged` }, clip);
  // A color is a class, and hatching is an error: misses left of the line, false alarms right of it.
  const hatches = ["positive", "negative"].map((name) =>
    s(
      "pattern",
      { id: `${id}-${name}`, width: 6, height: 6, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
      s("rect", { class: `lk-hatch-ground lk-${name}`, width: 6, height: 6 }),
      s("path", { class: `lk-hatch lk-${name}`, d: "M0 0V6" }),
    ),
  );
  const line = s(
    "g",
    { class: "lk-threshold" },
    s("path"),
    s("circle", { r: 7 }),
    s("text", { class: "lk-words" }, phrase("flagged →")),
  );
  const axis = axisOf(data, histogram);
  const { low, high, along } = axis;
  const classes = [
    { name: "positive", label: labels[0], counts: histogram.positive, total: data.positives, up: true },
    { name: "negative", label: labels[1], counts: histogram.negative, total: data.negatives, up: false },
  ].map((part) => ({ ...part, tallest: Math.max(...part.counts) }));
  const whole = classes.every(({ counts }) => counts.every(Number.isInteger));
  let same = false; // whether both classes are drawn to one scale
  let box;
  let size;

  pickAlong(svg, () => box, { ...axis, data, pick, signal });

  /** The count that reaches the edge of its half. */
  const most = ({ tallest }) => (same ? Math.max(...classes.map((part) => part.tallest)) : tallest);
  const countTicks = (top, room) =>
    ticks(0, top, Math.max(Math.floor(room), 1)).filter((value) => value > 0 && (!whole || Number.isInteger(value)));

  function bars({ counts, up }, top, from, reach) {
    const bin = (histogram.high - histogram.low) / counts.length;
    let path = "";
    counts.forEach((count, index) => {
      if (!count) return;
      const tall = Math.max((reach * count) / top, 1.5); // one row of a million can still be seen
      const [left, right] = [index, index + 1].map((edge) => at(box.x(along(histogram.low + edge * bin))));
      path += `M${left} ${from}V${at(up ? from - tall : from + tall)}H${at(right)}V${from}Z`;
    });
    return path;
  }

  return {
    svg,
    low,
    high,
    inset: () => [box.left, svg.width.baseVal.value - box.right],
    /** Draw both classes to one scale, or each to its own. */
    rescale(next) {
      same = next;
      if (size) this.layout(...size);
    },
    /** Which scale is shown, in words. */
    scale() {
      const [up, down] = classes.map(({ tallest, label }) => `${amount(tallest)} ${label}`);
      return same
        ? phrase("Both classes have the same scale. A bar too short to see is drawn a little taller.")
        : phrase("Each class has its own scale: the tallest bar is {up} above the line and {down} below it.", { up, down });
    },
    layout(width, text) {
      size = [width, text];
      const height = Math.min(width * 0.62, 300);
      const longest = Math.max(...classes.map(({ tallest }) => short(tallest).length));
      box = frame(width, height, text, [1.9, 1.4, 1.6, 2.3 + 0.58 * longest]);
      set(svg, { width, height, viewBox: `0 0 ${width} ${height}` });
      const middle = at((box.top + 0.4 * text + box.bottom) / 2);
      const reach = middle - box.top - 1.6 * text;
      const shapes = classes.map((part) => ({
        name: part.name,
        d: bars(part, most(part), middle + (part.up ? -0.5 : 0.5), reach),
      }));
      const axes = thresholdAxes(box, axis);
      const heights = s("g", { class: "lk-axes" });
      const level = (y, words) => {
        heights.append(
          s("path", { class: "lk-grid", d: `M${at(box.left)} ${at(y)}H${box.right}` }),
          s("text", { x: at(box.left - 0.5 * text), y: at(y + 0.35 * text), "text-anchor": "end" }, words),
        );
      };
      level(middle, "0");
      for (const part of classes) {
        for (const value of countTicks(most(part), reach / (1.7 * text))) {
          const tall = (reach * value) / most(part);
          level(part.up ? middle - tall : middle + tall, short(value));
        }
      }
      const turned = { x: 0, y: 0, transform: `translate(${at(text)} ${middle}) rotate(-90)`, "text-anchor": "middle" };
      heights.append(s("text", { ...turned, class: "lk-axis" }, phrase("count")));
      set(clip, { y: 0, height });
      set(line.children[0], { d: `M0 ${box.top - 2}V${box.bottom}` });
      set(line.children[1], { cy: middle });
      set(line.children[2], { y: box.top - 0.55 * text });
      const title = (name, y) => s("text", { class: "lk-words lk-class", x: box.right, y, "text-anchor": "end" }, name);
      svg.replaceChildren(
        s("defs", {}, cover, ...hatches),
        axes,
        heights,
        ...shapes.map(({ name, d }) => s("path", { class: `lk-${name} lk-pale`, d, style: name === "positive" && `fill: url(#${id}-${name})` })),
        s(
          "g",
          { "clip-path": `url(#${id}-flagged)` },
          ...shapes.map(({ name, d }) => s("path", { class: `lk-${name}`, d, style: name === "negative" && `fill: url(#${id}-${name})` })),
        ),
        s("path", { class: "lk-middle", d: `M${box.left} ${middle}H${box.right}` }),
        line,
        ...classes.map(({ label, total, up }) =>
          title(`${label} (${amount(total)})`, up ? box.top + 1.1 * text : box.bottom - 0.5 * text),
        ),
      );
    },
    paint({ point }) {
      const x = at(box.x(along(point.threshold)));
      line.setAttribute("transform", `translate(${x} 0)`);
      const room = box.right - x > 5 * box.text;
      set(line.children[2], { x: room ? -4 : 4, "text-anchor": room ? "start" : "end" });
      set(clip, { x, width: Math.max(box.right + 9 - x, 0) });
    },
  };
}

/** The cost against the threshold, above the same axis as the scores, with the line of flagging nothing. */
function costPanel({ data, histogram, signal, pick }) {
  const svg = s("svg", { class: "lk-plot lk-valley", role: "img", "aria-label": phrase("Cost against the threshold. The numbers are beside it.") });
  const moving = {
    nothing: s("path", { class: "lk-baseline" }),
    path: s("path", { class: "lk-cost" }),
    guides: s("path", { class: "lk-guides" }),
    words: s("text", { class: "lk-words" }), // no line may cross it
    best: s("path", { class: "lk-cheapest", d: "M0 -6L6 0L0 6L-6 0Z" }),
    dot: s("circle", { class: "lk-dot", r: 6 }),
  };
  const levels = s("g", { class: "lk-axes" });
  const axis = axisOf(data, histogram);
  const { low, along } = axis;
  let box;
  let most = 1;
  const y = (value) => at(box.y(value / most));

  pickAlong(svg, () => box, { ...axis, data, pick, signal });

  return {
    svg,
    layout(width, text, [left, right]) {
      const height = Math.min(width * 0.62, 300);
      box = frame(width, height, text, [1.9, right / text, 2.9, left / text]);
      set(svg, { width, height, viewBox: `0 0 ${width} ${height}` });
      const axes = thresholdAxes(box, axis);
      axes.append(
        s("text", { class: "lk-axis", x: box.right, y: box.bottom + 2.6 * text, "text-anchor": "end" }, `${phrase("Threshold")} →`),
        s("text", { class: "lk-axis", x: box.left, y: box.top - 0.7 * text }, `↑ ${phrase("Cost")}`),
      );
      svg.replaceChildren(axes, levels, ...Object.values(moving));
    },
    reshape({ costs, best, nothing }) {
      most = Math.max(...costs, nothing) || 1;
      levels.replaceChildren(
        ...ticks(0, most, 3).flatMap((value) => [
          s("path", { class: "lk-grid", d: `M${box.left} ${y(value)}H${box.right}` }),
          s("text", { x: at(box.left - 0.5 * box.text), y: at(y(value) + 0.35 * box.text), "text-anchor": "end" }, short(value)),
        ]),
      );
      moving.nothing.setAttribute("d", `M${box.left} ${y(nothing)}H${box.right}`);
      const above = y(nothing) - box.top > 1.4 * box.text;
      set(moving.words, { x: box.right - 4, y: at(y(nothing) + (above ? -0.4 : 1.2) * box.text), "text-anchor": "end" });
      moving.words.textContent = phrase("flag nothing: {cost}", { cost: amount(nothing) });
      // Between two stops the higher one decides, so the cost is a staircase.
      const steps = costs.map((value, index) => `V${y(value)}H${at(box.x(along(data.thresholds[index + 1] ?? low)))}`);
      moving.path.setAttribute("d", `M${box.right} ${y(nothing)}H${at(box.x(along(data.thresholds[0])))}${steps.join("")}`);
      moving.best.setAttribute("transform", `translate(${at(box.x(along(data.thresholds[best])))} ${y(costs[best])})`);
    },
    paint({ point, numbers }) {
      const [x, height] = [at(box.x(along(point.threshold))), y(numbers.cost)];
      moving.guides.setAttribute("d", `M${x} ${box.top}V${box.bottom}`);
      moving.dot.setAttribute("transform", `translate(${x} ${height})`);
    },
  };
}

/** The step of a price slider: the coarsest power of ten that both prices are multiples of. */
function priceStep(prices) {
  const asked = prices.filter((price) => price > 0);
  let step = 10 ** Math.floor(Math.log10(Math.min(...asked, Infinity)));
  if (!Number.isFinite(step)) return 1;
  const divides = (price) => Math.abs(price / step - Math.round(price / step)) < 1e-6;
  for (let tries = 0; tries < 6 && !asked.every(divides); tries++) step /= 10;
  return step;
}

/** Two sliders for the prices, and what they lead to. `changed` is called at every move, `pick` by the button. */
function pricesPanel({ prices, id, signal, changed, pick }) {
  const step = priceStep(Object.values(prices));
  const digits = Math.max(0, -Math.round(Math.log10(step)));
  const most = Math.max(4 * Math.ceil(Math.max(...Object.values(prices)) / step), 10) * step;
  const sliders = {};
  const row = (name, words) => {
    const slider = h("input", { ...OWN_KEYS, type: "range", class: "lk-dial", id: `${id}-${name}`, min: 0, max: most, step, value: prices[name] });
    const says = h("span", { class: "lk-price", "aria-hidden": "true" });
    sliders[name] = { slider, says };
    slider.addEventListener(
      "input",
      () => {
        prices[name] = Number(Number(slider.value).toFixed(digits));
        changed();
      },
      { signal },
    );
    return h("div", { class: "lk-price-row" }, h("label", { for: slider.id }, words), slider, says);
  };
  const told = { lowest: h("dd", {}), here: h("dd", {}), nothing: h("dd", {}) };
  const line = (name, words) => h("div", { class: "lk-told" }, h("dt", {}, words), told[name]);
  const button = h("button", { ...OWN_KEYS, type: "button", class: "lk-button" }, phrase("Go to the lowest cost"));
  let best;
  button.addEventListener("click", () => pick(best), { signal });
  return {
    parts: [
      row("false_positive", phrase("Price of a false alarm")),
      row("false_negative", phrase("Price of a miss")),
      h("dl", { class: "lk-costs" }, line("lowest", phrase("Lowest cost")), line("here", phrase("At your threshold")), line("nothing", phrase("Flag nothing"))),
      button,
    ],
    reshape({ lowest, index, nothing, place }) {
      best = index;
      for (const [name, { slider, says }] of Object.entries(sliders)) {
        says.textContent = amount(prices[name]);
        slider.setAttribute("aria-valuetext", says.textContent);
      }
      told.lowest.textContent = `${amount(lowest)} ${place}`;
      told.nothing.textContent = amount(nothing);
    },
    paint({ numbers }) {
      told.here.textContent = amount(numbers.cost);
    },
    told: () => ({ lowest: told.lowest.textContent, nothing: told.nothing.textContent }),
  };
}

/** The four counts, as numbers and as areas that meet in the middle. */
function matrixPanel(labels) {
  const cells = {};
  const cell = (name, words) => {
    const area = h("div", { class: "lk-area" });
    const count = h("span", { class: "lk-count" });
    cells[name] = { area, count };
    return h("td", { "data-cell": name }, area, h("abbr", { title: words }, name.toUpperCase()), count);
  };
  const head = (words, scope) => h("th", { scope }, words);
  const note = h("p", { class: "lk-note" });
  const table = h(
    "table",
    { class: "lk-matrix" },
    h("thead", {}, h("tr", {}, h("td"), head(phrase("not flagged"), "col"), head(phrase("flagged"), "col"))),
    h(
      "tbody",
      {},
      h("tr", {}, head(labels[1], "row"), cell("tn", phrase("true negatives")), cell("fp", phrase("false positives: false alarms"))),
      h("tr", {}, head(labels[0], "row"), cell("fn", phrase("false negatives: misses")), cell("tp", phrase("true positives"))),
    ),
  );
  // Where the areas meet: the corner of each cell that is next to the other three.
  const insets = {
    tn: (cut) => `inset(${cut} 0 0 ${cut})`,
    fp: (cut) => `inset(${cut} ${cut} 0 0)`,
    fn: (cut) => `inset(0 0 ${cut} ${cut})`,
    tp: (cut) => `inset(0 ${cut} ${cut} 0)`,
  };
  return {
    table,
    note,
    paint({ numbers, weighted }) {
      const scale = weighted ? 1000 / numbers.total : 1;
      for (const [name, { area, count }] of Object.entries(cells)) {
        const value = numbers[name];
        area.style.clipPath = insets[name](`${at(100 * (1 - Math.sqrt(value / numbers.total)))}%`);
        count.textContent = weighted ? (value * scale).toFixed(1) : amount(value);
      }
    },
  };
}

/** What is read out and shown in one sentence. */
function sentence(numbers, point, data, labels, weighted) {
  const values = {
    ...{ threshold: exact(point.threshold), found: amount(point.tp), total: amount(data.positives), positives: labels[0] },
    ...{ alarms: amount(point.fp), precision: share(numbers.precision), recall: share(numbers.recall) },
  };
  return weighted
    ? phrase("Threshold {threshold}: {found} of {total} {positives} found, {alarms} false alarms; precision {precision}, recall {recall} at the chosen prevalence.", values)
    : phrase("Threshold {threshold}: {found} of {total} {positives} found, {alarms} false alarms; precision {precision}, recall {recall}.", values);
}

function render({ model, el }) {
  const { view, id, signal, end } = openView(model, "explorer");
  speak(view);
  const { labels, histogram, names } = view;
  const prices = view.prices && { ...view.prices }; // the learner turns them
  const data = readStops(view);
  const other = view.compare && readStops(view.compare);
  const own = data.positives / (data.positives + data.negatives);

  // What is on screen
  let point = data.at(0); // a threshold and its own counts
  let asked; // a threshold whose counts only Python knows
  let prevalence = own;
  let weight = 1;
  let cheapest;
  let stale = true; // whether the curves have to be drawn anew

  const status = h("div", { class: "lk-visually-hidden", role: "status", "aria-live": "polite" });

  // The parts
  const pick = (index) => go(data.at(index));
  const shared = { data, other, prices, names, signal, pick };
  const scores = scoresPanel({ ...shared, histogram, labels, id });
  const valley = prices && costPanel({ ...shared, histogram });
  const dials = prices && pricesPanel({ ...shared, id, changed: reprice });
  const matrix = matrixPanel(labels);
  const curves = view.curves ? [precisionRecallPanel(shared, view.band), rocPanel(shared)] : [];

  const slider = h("input", {
    ...OWN_KEYS,
    ...{ type: "range", class: "lk-slider", step: "any", min: scores.low, max: scores.high },
    "aria-label": phrase("Threshold"),
  });
  const field = h("input", {
    ...OWN_KEYS,
    ...{ type: "text", inputmode: "decimal", autocomplete: "off", spellcheck: "false", maxlength: "30" },
    ...{ class: "lk-number", id: `${id}-field`, "aria-describedby": `${id}-note` },
  });
  const notice = h("p", { class: "lk-notice", id: `${id}-note`, hidden: true });

  const readings = {};
  const reading = (name, words) => {
    readings[name] = { mine: h("span", { class: "lk-mine" }), theirs: h("span", { class: "lk-theirs" }) };
    const values = other ? [readings[name].mine, readings[name].theirs] : [readings[name].mine];
    return h("div", { class: "lk-reading" }, h("dt", {}, words), h("dd", {}, ...values));
  };
  const form = h(
    "form",
    { class: "lk-readings", novalidate: true },
    h("div", { class: "lk-reading" }, h("label", { for: field.id }, phrase("Threshold")), field),
    h(
      "dl",
      {},
      reading("precision", phrase("Precision")),
      reading("recall", phrase("Recall")),
      reading("f1", "F1"),
      reading("accuracy", phrase("Accuracy")),
      reading("alerts", phrase("Alerts per 1,000")),
      ...(prices ? [reading("cost", phrase("Cost"))] : []),
    ),
  );
  const versus = h("p", { class: "lk-note", hidden: !other });
  const reweighted = h("p", { class: "lk-note" });

  const dial = h("input", {
    ...OWN_KEYS,
    ...{ type: "range", class: "lk-dial", step: "any", id: `${id}-dial` },
    min: Math.log(Math.min(RAREST, own) / (1 - Math.min(RAREST, own))),
    max: Math.log(Math.max(COMMONEST, own) / (1 - Math.max(COMMONEST, own))),
  });
  const dialSays = h("span", { class: "lk-dial-says" });
  const reset = h("button", { ...OWN_KEYS, type: "button", class: "lk-button" }, phrase("As in the data"));

  const oneScale = h("input", { ...OWN_KEYS, type: "checkbox", "aria-describedby": `${id}-scale` });
  const scaleSays = h("p", { class: "lk-note", id: `${id}-scale` }, scores.scale());

  let panelCount = 0;
  const panel = (title, ...children) => {
    const name = `${id}-panel-${++panelCount}`;
    return h("div", { class: "lk-panel", role: "group", "aria-labelledby": name }, h("p", { class: "lk-panel-title", id: name }, title), ...children);
  };
  const root = h(
    "div",
    // A drawing goes from left to right, whatever the direction of the words in it or of a question around it.
    { ...OWN_KEYS, lang: view.lang ?? "en", dir: "ltr", class: "lessonkit lk-card lk-explorer", role: "group", "aria-label": phrase("Threshold explorer") },
    form,
    reweighted,
    versus,
    notice,
    h(
      "div",
      { class: "lk-panels" },
      panel(phrase("Scores"), scores.svg, slider, h("label", { class: "lk-switch" }, oneScale, phrase("Same scale")), scaleSays),
      panel(phrase("Decisions"), matrix.table, matrix.note),
      ...(prices ? [panel(phrase("Cost"), valley.svg), panel(phrase("Prices"), ...dials.parts)] : []),
      ...curves.map(({ title, svg, key }) => panel(title, svg, key)),
    ),
    status,
  );
  if (curves.length) {
    const label = h("label", { for: dial.id }, phrase("Prevalence"));
    status.before(h("div", { class: "lk-prevalence" }, label, dial, dialSays, reset));
  }
  const panels = root.querySelector(".lk-panels");

  const { schedule, show } = drawing({
    ...{ root, watched: panels.firstChild, widest: WIDEST, draw },
    layout(width, text) {
      for (const part of [scores, ...curves]) part.layout(width, text);
      const [left, right] = scores.inset();
      setUnder(slider, left, width - right);
      valley?.layout(width, text, [left, right]);
      stale = true;
    },
  });

  function draw() {
    const weighted = weight !== 1;
    if (stale) {
      for (const curve of curves) curve.reshape(weight);
      if (prices) {
        const perCase = weighted ? 1000 / (data.positives + data.negatives * weight) : 1;
        const costs = data.thresholds.map((_, index) => measure(data.at(index), data, weight, prices).cost * perCase);
        const best = costs.indexOf(Math.min(...costs)); // the highest of equally cheap thresholds, as `cheapest`
        cheapest = data.at(best);
        const nothing = prices.false_negative * data.positives * perCase;
        const place = cheapest.tp + cheapest.fp ? phrase("at {threshold}", { threshold: exact(cheapest.threshold) }) : phrase("by flagging nothing");
        valley.reshape({ costs, best, nothing });
        dials.reshape({ lowest: costs[best], index: best, nothing, place });
      }
      dial.value = Math.log(prevalence / (1 - prevalence));
      dialSays.textContent = weighted ? phrase("{share}, reweighted", { share: percent(prevalence) }) : phrase("{share}, as in the data", { share: percent(prevalence) });
      dial.setAttribute("aria-valuetext", dialSays.textContent);
      reset.hidden = !weighted;
      const as = { share: percent(prevalence), positives: labels[0] };
      reweighted.hidden = !weighted;
      reweighted.textContent = prices
        ? phrase("All but recall reweighted to {share} {positives}; the cost is that of 1,000 cases.", as)
        : phrase("All but recall reweighted to {share} {positives}.", as);
      matrix.note.textContent = weighted
        ? phrase("Cases in 1,000, reweighted to {share} {positives}.", as)
        : phrase("The areas are in proportion to the counts. Hatching marks errors.");
      stale = false;
    }
    const numbers = measure(point, data, weight, prices);
    if (prices && weighted) numbers.cost *= 1000 / numbers.total;
    const match = other && matched();
    const theirs = match && measure(match, other, weight, prices);
    if (theirs && prices && weighted) theirs.cost *= 1000 / theirs.total;
    for (const painter of [scores, matrix, ...(prices ? [valley, dials] : []), ...curves]) painter.paint({ point, numbers, weighted, match, cheapest });

    for (const [name, { mine, theirs: beside }] of Object.entries(readings)) {
      const show = name === "cost" ? amount : name === "alerts" ? (value) => value.toFixed(1) : share;
      mine.textContent = show(numbers[name]);
      if (theirs) beside.textContent = show(theirs[name]);
    }
    const words = exact(point.threshold);
    slider.value = point.threshold;
    slider.setAttribute("aria-valuetext", words);
    if (field !== root.ownerDocument.activeElement || field.dataset.typed === undefined) field.value = words;
    if (match) {
      versus.textContent = phrase(
        "Solid: {this}. Dashed, with the square: {other} at its highest threshold with at least the same recall, {threshold}: {found} found, {alarms} false alarms.",
        { this: names[0], other: names[1], threshold: exact(match.threshold), found: amount(match.tp), alarms: amount(match.fp) },
      );
    }
    notice.hidden = asked === undefined;
    if (asked !== undefined) notice.textContent = asked;
  }

  /** The other model at its highest threshold with at least the same recall. */
  function matched() {
    const index = other.tp.findIndex((tp) => tp * data.positives >= point.tp * other.positives);
    return other.at(index < 0 ? other.size - 1 : index);
  }

  // Moving
  const { tell, flush } = sender(model, "threshold");
  const { announce, hush } = speaker(status, () => {
    const numbers = measure(point, data, weight, prices);
    return `${asked ?? ""} ${sentence(numbers, point, data, labels, weight !== 1)}`.trim();
  });

  /** Show a threshold whose counts are known. */
  function go(next) {
    asked = undefined;
    delete field.dataset.typed;
    if (next.threshold !== point.threshold) {
      point = next;
      tell([toWire(next.threshold), next.tp, next.fp]);
    }
    announce();
    schedule();
  }

  /** Show any threshold: at once if it is a stop, else as soon as Python has counted. */
  function ask(threshold) {
    const stop = data.at(nearest(data, threshold));
    go(stop);
    if (stop.threshold === threshold) return;
    asked = phrase("This page holds only some of the thresholds. {shown} is the nearest to {asked}.", { asked: exact(threshold), shown: exact(stop.threshold) });
    tell([toWire(threshold), null, null]);
  }

  /** Follow the trait: Python, or another view of this explorer, has moved. */
  function follow() {
    const [wire, tp, fp] = model.get("threshold");
    const threshold = Number(wire);
    if (tp === null) return; // a question to Python
    const mine = document.activeElement !== null && root.contains(document.activeElement);
    if (threshold === point.threshold && asked === undefined) return;
    asked = undefined;
    delete field.dataset.typed;
    point = { threshold, tp, fp };
    if (mine) announce();
    schedule();
  }

  stepped(slider, data, () => point.threshold, pick, signal);
  slider.addEventListener("input", () => pick(nearest(data, Number(slider.value))), { signal });

  field.addEventListener("input", () => (field.dataset.typed = ""), { signal });
  function take() {
    if (field.dataset.typed === undefined) return;
    const typed = field.value.trim().replace(",", ".").replace("−", "-").replace("∞", "Infinity");
    if (typed === "" || Number.isNaN(Number(typed))) {
      asked = phrase("“{typed}” is no number. Type one such as 0.5.", { typed: field.value.trim() });
      schedule();
      status.textContent = asked;
      return;
    }
    delete field.dataset.typed;
    ask(Number(typed));
  }
  field.addEventListener("change", take, { signal });
  field.addEventListener(
    "keydown",
    (event) => {
      if (event.key === "Escape" && field.dataset.typed !== undefined) {
        event.preventDefault();
        delete field.dataset.typed;
        asked = undefined;
        schedule();
      }
      if (event.key !== "Enter" || event.isComposing || isModified(event)) return;
      event.preventDefault();
      take();
    },
    { signal },
  );
  form.addEventListener("submit", (event) => event.preventDefault(), { signal });

  function reweigh(next) {
    prevalence = next;
    weight = next === own ? 1 : (data.positives * (1 - next)) / (next * data.negatives);
    stale = true;
    announce();
    schedule();
  }
  dial.addEventListener(
    "input",
    () => reweigh(Number((1 / (1 + Math.exp(-Number(dial.value)))).toPrecision(2))),
    { signal },
  );
  reset.addEventListener(
    "click",
    () => {
      reweigh(own);
      dial.focus(); // the button is about to go
    },
    { signal },
  );

  /** A price has changed. */
  function reprice() {
    stale = true;
    schedule();
    announce(() => {
      const { lowest, nothing } = dials.told();
      return phrase("Lowest cost {lowest}. Flagging nothing costs {nothing}.", { lowest, nothing });
    });
  }

  oneScale.addEventListener(
    "change",
    () => {
      scores.rescale(oneScale.checked);
      scaleSays.textContent = scores.scale();
      hush();
      status.textContent = scaleSays.textContent;
    },
    { signal },
  );

  listen(model, "change:threshold", follow, signal);

  const [wire, tp, fp] = model.get("threshold");
  point = tp === null ? data.at(nearest(data, Number(wire))) : { threshold: Number(wire), tp, fp };
  passKeys(root, signal);
  return show(el, end, hush, flush);
}

/** In a page without a kernel: put the explorer in place of its picture. */
export function revive(key, view, threshold, css) {
  enliven("explorer", key, { view, threshold }, css, render);
}

export default { render };
