/** What drawings and thresholds have in common: numbers as text, axes, stops, and how a threshold is moved. */

import { h, s } from "./page.js";

/** How long the learner has to rest before the numbers are read out, and before Python hears of them, in ms. */
const REST = 500;
const BEAT = 100;

/** The range's thumb, in pixels. */
const THUMB = 18;

/** The index of the first item of a descending array that is at most `value`, or its length. */
export function firstNotAbove(descending, value) {
  let [low, high] = [0, descending.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (descending[middle] > value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The index of the stop whose threshold is nearest. */
export function nearest({ thresholds, size }, value) {
  const below = firstNotAbove(thresholds, value);
  if (below === 0) return 0;
  if (below === size) return size - 1;
  return thresholds[below - 1] - value < value - thresholds[below] ? below - 1 : below;
}

/**
 * Let keys move a range input from stop to stop: arrows by one, Shift or Page by a twentieth, Home and End to the
 * ends. `where` returns the present threshold; `pick` gets the index of a stop. Up is a higher threshold.
 */
export function stepped(slider, stops, where, pick, signal) {
  const coarse = Math.max(Math.round(stops.size / 20), 1);
  const further = (steps) => {
    const at = firstNotAbove(stops.thresholds, where());
    const between = stops.thresholds[at] !== where();
    return clamp(steps > 0 ? at - steps : at - steps - (between ? 1 : 0), 0, stops.size - 1);
  };
  slider.addEventListener(
    "keydown",
    (event) => {
      if (event.altKey || event.ctrlKey || event.metaKey) return;
      const fine = event.shiftKey ? coarse : 1;
      const steps = {
        ...{ ArrowRight: fine, ArrowUp: fine, ArrowLeft: -fine, ArrowDown: -fine },
        ...{ PageUp: coarse, PageDown: -coarse, Home: -stops.size, End: stops.size },
      }[event.key];
      if (steps === undefined) return;
      event.preventDefault();
      pick(further(steps));
    },
    { signal },
  );
}

/** Place a range input so that its thumb's middle goes from `left` to `right`, in pixels. */
export function setUnder(slider, left, right) {
  slider.style.marginInline = `${left - THUMB / 2}px 0`;
  slider.style.inlineSize = `${right - left + THUMB}px`;
}

/** Call `act` with every position of a pointer that is pressed on `target`, until it is let go. */
export function dragged(target, act, signal) {
  const down = (event) => {
    if (event.button !== 0) return;
    target.setPointerCapture(event.pointerId);
    act(event);
  };
  const along = (event) => target.hasPointerCapture(event.pointerId) && act(event);
  target.addEventListener("pointerdown", down, { signal });
  target.addEventListener("pointermove", along, { signal });
}

/** A share with three decimals, a tie going to the even digit, as Python rounds. */
export function share(value) {
  const thousandths = 1000 * value;
  const down = Math.floor(thousandths);
  const tie = Number.isInteger(16 * value) && thousandths - down === 0.5; // no other number is an exact tie
  return tie ? ((down + (down % 2)) / 1000).toFixed(3) : value.toFixed(3);
}

export const amount = (value, digits = 6) =>
  Number.isInteger(value)
    ? value.toLocaleString("en")
    : value.toLocaleString("en", { maximumSignificantDigits: digits });

/** A threshold as it is: nothing is rounded away, since 0.31 and 0.313 flag different rows. */
export const exact = (value) => (Number.isFinite(value) ? String(value) : value > 0 ? "∞" : "−∞");

export const clamp = (value, low = 0, high = 1) => Math.min(Math.max(value, low), high);

/** JSON has no infinity. */
export const toWire = (value) => (Number.isFinite(value) ? value : String(value));

/** Round steps for an axis, about `count` of them. */
export function ticks(low, high, count) {
  const rough = (high - low) / count;
  if (!(rough > 0) || !Number.isFinite(rough)) return [low];
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 5, 10].find((factor) => factor * power >= rough * 0.999);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, index) => Number(((first + index) * step).toPrecision(6)));
}

/** A plot's frame inside its drawing: margins in text sizes, so that large text has the room it needs. */
export function frame(width, height, text, [top, right, bottom, left]) {
  const box = { left: left * text, top: top * text, right: width - right * text, bottom: height - bottom * text };
  const [wide, high] = [box.right - box.left, box.bottom - box.top];
  return { ...box, text, wide, high, x: (share) => box.left + share * wide, y: (share) => box.bottom - share * high };
}

/** A coordinate to a hundredth of a pixel. */
export const at = (number) => Math.round(number * 100) / 100;

/** A path of straight lines. */
export function linePath(points) {
  return points.map(([x, y], index) => `${index ? "L" : "M"}${at(x)} ${at(y)}`).join("");
}

/** The axes of a square of shares: grid, numbers, names. */
export function shareAxes(box, xName, yName) {
  const axes = s("g", { class: "lk-axes" });
  for (const value of [0, 0.2, 0.4, 0.6, 0.8, 1]) {
    const [x, y] = [at(box.x(value)), at(box.y(value))];
    axes.append(
      s("path", { class: "lk-grid", d: `M${x} ${box.top}V${box.bottom}M${box.left} ${y}H${box.right}` }),
      s("text", { x, y: box.bottom + 1.3 * box.text, "text-anchor": "middle" }, String(value)),
      s("text", { x: box.left - 0.5 * box.text, y: y + 0.35 * box.text, "text-anchor": "end" }, String(value)),
    );
  }
  axes.append(
    s("text", { class: "lk-axis", x: box.right, y: box.bottom + 2.6 * box.text, "text-anchor": "end" }, `${xName} →`),
    s("text", { class: "lk-axis", x: box.left, y: box.top - 0.7 * box.text }, `↑ ${yName}`),
  );
  return axes;
}

/** Send a trait to Python once the learner rests for a beat, so that no drag shares the page with messages; `flush` sends what still waits. */
export function sender(model, trait) {
  let saving = 0;
  const save = () => {
    saving = 0;
    model.save_changes();
  };
  return {
    tell(value) {
      model.set(trait, value);
      clearTimeout(saving);
      saving = setTimeout(save, BEAT);
    },
    flush() {
      if (!saving) return;
      clearTimeout(saving);
      save();
    },
  };
}

/** Read out what `words` (or what is announced in place of it) returns as soon as the learner rests; `hush` forgets it. */
export function speaker(status, words) {
  let waiting = 0;
  const hush = () => clearTimeout(waiting);
  return {
    hush,
    announce(say = words) {
      hush();
      waiting = setTimeout(() => (status.textContent = say()), REST);
    },
  };
}

/**
 * Draw a widget in real pixels, so that text and lines keep their size: `layout` gets the width and the size of text
 * whenever one of them has changed, and `draw` follows it. `schedule` asks for `draw`, at most once a frame.
 * `show` puts the widget on the page and returns how it ends; `ends` is what else has to be done then.
 */
export function drawing({ root, watched, widest = Infinity, layout, draw }) {
  let room = "";
  let asked = 0;
  const paint = () => {
    asked = 0;
    draw();
  };
  const observer = new ResizeObserver(() => {
    const text = 0.86 * parseFloat(getComputedStyle(root).fontSize);
    const width = Math.min(Math.floor(watched.clientWidth), widest + Math.floor(4 * text));
    if (width <= 0 || room === `${width} ${text}`) return;
    room = `${width} ${text}`;
    layout(width, text);
    cancelAnimationFrame(asked);
    paint();
  });
  return {
    schedule() {
      if (room && !asked) asked = requestAnimationFrame(paint);
    },
    show(el, ...ends) {
      el.append(root);
      observer.observe(watched);
      return () => {
        observer.disconnect();
        cancelAnimationFrame(asked);
        for (const end of ends) end();
        root.remove();
      };
    },
  };
}

/** In a page without a kernel: put a widget in place of each picture that holds its place. */
export function enliven(name, key, state, css, render) {
  const place = `data-lk-${name}`;
  for (const host of document.querySelectorAll(`[${place}="${key}"]`)) {
    host.removeAttribute(place); // so that a second output of the same widget finds its own place
    const own = { ...state };
    const model = { get: (trait) => own[trait], set: (trait, value) => (own[trait] = value) };
    for (const method of ["on", "off", "save_changes"]) model[method] = () => {};
    host.replaceChildren(h("style", {}, css));
    render({ model, el: host });
  }
}
