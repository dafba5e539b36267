/**
 * The kernel's half of a curve sketch in a page without a kernel: the comparison of `sketch_feedback` in
 * `widgets/sketch.py`, for precision–recall curves. `sketch.js` of the widgets draws it.
 */

import { createModel } from "./desk.js";
import { fill, fixed } from "../../widgets/number.js";

const number = (value) => (value === 0 || value === 1 ? String(value) : fixed(value, 2));
const unplaced = (positions) => positions.map(() => null);

/** The ways a line goes, up 1 and down -1, leaving out what a hand did not mean. */
function turns(heights, near) {
  const ways = [];
  let [low, high] = [heights[0], heights[0]];
  for (const height of heights.slice(1)) {
    [low, high] = [Math.min(low, height), Math.max(high, height)];
    const way = height - low > near && ways.at(-1) !== 1 ? 1 : high - height > near && ways.at(-1) !== -1 ? -1 : 0;
    if (way === 0) continue;
    ways.push(way);
    [low, high] = [height, height];
  }
  return ways.join();
}

/** The height of the true line at each position; where it is vertical, the nearest to the sketch. */
function trueHeights({ spans, first, prevalence }, points) {
  const heights = points.map((point, index) => Math.min(Math.max(point, spans[index][0]), spans[index][1]));
  heights[0] = first;
  if (heights.at(-1) !== points.at(-1)) heights[heights.length - 1] = prevalence;
  return heights;
}

function interpolate(positions, points, x) {
  const right = positions.findIndex((position) => position >= x);
  const [from, to] = [positions[right - 1], positions[right]];
  return points[right - 1] + ((x - from) / (to - from)) * (points[right] - points[right - 1]);
}

/** What is said about a sketch: its start, its shape, its end, and overall. */
export function compareSketch(data, points, { words, ways, other, near, nearOnAverage, zero, area: name }) {
  const { prevalence, spans, first, view } = data;
  const { positions } = view;
  const describe = (way) => ways[way] ?? other;

  const start = {
    agrees: Math.abs(points[0] - first) <= near,
    text: fill(words.start, { expected: number(points[0]), true: number(first), why: data.why }),
  };
  const [yours, truth] = [turns(points, near), turns(trueHeights(data, points), near)];
  const said = fill(words.shape, { yours: describe(yours), true: yours === truth ? words.too : describe(truth) });
  const shape = { agrees: yours === truth, text: data.teeth ? said + words.teeth : said };

  const [expected, highest] = [points.at(-1), spans.at(-1)[1]];
  const reached = highest - prevalence > near ? fill(words.reached, { highest: number(highest) }) : "";
  const end = {
    agrees: expected > Math.min(zero, prevalence / 2) && prevalence - near <= expected && expected <= highest + near,
    text: fill(words.end, { expected: number(expected), prevalence: fixed(prevalence, 3) }) + reached,
  };

  const steps = data.heights.length;
  const gaps = data.heights.map((height, index) => Math.abs(interpolate(positions, points, (index + 0.5) / steps) - height));
  const distance = gaps.reduce((sum, gap) => sum + gap, 0) / steps;
  const below = positions.slice(1).reduce((sum, x, index) => sum + ((x - positions[index]) * (points[index] + points[index + 1])) / 2, 0);
  const overall = {
    agrees: distance <= nearOnAverage,
    text: fill(words.overall, { distance: fixed(distance, 2), yours: fixed(below, 2), true: fixed(data.area, 2), name }),
  };
  return Object.entries({ start, shape, end, overall }).map(([aspect, finding]) => ({ aspect, ...finding }));
}

/** The model of a sketch. It is kept as long as the page is open. */
export function openSketch(data, rules) {
  const { positions } = data.view;
  let standing = { attempt: 0, points: unplaced(positions), truth: null };

  function settle(points) {
    const findings = compareSketch(data, points, rules);
    const right = findings.filter(({ agrees }) => agrees).length;
    return {
      path: data.path,
      heights: trueHeights(data, points).map((height) => Math.round(1e4 * height) / 1e4),
      baseline: data.baseline,
      baseline_name: data.baseline_name,
      summary: fill(rules.words.summary, { right, total: findings.length }),
      findings,
    };
  }

  function onMessage({ type, points, request }) {
    if (type === "again") standing = { attempt: standing.attempt + 1, points: unplaced(positions), truth: null };
    else standing = { ...standing, points, truth: type === "commit" ? settle(points) : null };
    model.show({ standing });
    const message = { again: rules.words.emptied, commit: standing.truth?.summary, draft: "" }[type];
    model.reply(request, true, { message });
  }
  const model = createModel({ view: data.view, standing }, { onMessage });
  return model;
}
