/** Questions that are answered on the explorer. */

import { INPUTS } from "../inputs.js";
import { h, listen } from "../page.js";

INPUTS["operating-point"] = pointInput;

/**
 * The explorer of the question: a widget of its own, which Python has made. The threshold it stands at is the answer,
 * once it was moved. It goes on moving after the question is closed, where it is no answer any more.
 */
function pointInput(question, id, voice, { manager, signal }) {
  const place = h("div", { class: "lk-place" });
  let explorer;
  let moved = false;
  let written = "";
  let closed = false;

  async function open() {
    const found = await manager.get_model(question.explorer);
    const view = await manager.create_view(found);
    if (signal.aborted) return view.remove();
    explorer = found;
    signal.addEventListener("abort", () => view.remove(), { once: true });
    listen(
      explorer,
      "change:threshold",
      () => {
        moved = true;
        place.dispatchEvent(new Event("input", { bubbles: true }));
      },
      signal,
    );
    place.append(view.el);
  }
  open();

  return {
    element: place,
    read: () => (explorer && moved && !closed ? String(explorer.get("threshold")[0]) : written),
    write(answer) {
      written = answer ?? "";
      moved = written !== "";
    },
    setClosed(value) {
      closed = value;
    },
    key: (answer) => answer ?? "",
    showReasons() {},
  };
}

// The rest is for a page without a kernel, which marks answers itself.

import { MARKING, TYPED } from "../marking.js";
import { AnswerError, fill, fixed, general } from "../number.js";

MARKING["operating-point"] = { ...TYPED, mark: markPoint, howFar: (given) => given.message, speaks: true };

function markPoint(key, answer, words) {
  if (!answer) throw new AnswerError(words.move_first);
  const { thresholds, tp, fp, positives } = key.stops();
  const index = thresholds.indexOf(Number(answer));
  if (index < 0) throw new AnswerError(words.no_threshold);
  const flagged = tp[index] + fp[index];
  const reached = { precision: flagged ? tp[index] / flagged : 0, recall: tp[index] / positives };
  const missed = missedBy(key, reached, flagged, words);
  if (!missed) {
    const [precision, recall] = [fixed(reached.precision, 3), fixed(reached.recall, 3)];
    return { correct: true, credit: 1, message: fill(words.numbers, { precision, recall, n: flagged }) };
  }
  const way = Number(answer) < key.best.threshold ? words.higher : words.lower;
  return { correct: false, credit: 0, message: `${missed} ${way}` };
}

/** Which side of the demand is missed; empty if none is. */
function missedBy({ demand, best, tolerance }, reached, flagged, words) {
  for (const name of ["precision", "recall"]) {
    const least = demand[`min_${name}`];
    if (least === null || reached[name] >= least) continue;
    return fill(words[`min_${name}`], { value: fixed(reached[name], 3), least: general(least) });
  }
  if (demand.max_flagged !== null && flagged > demand.max_flagged) {
    return fill(words.max_flagged, { n: flagged, most: demand.max_flagged });
  }
  const value = reached[demand.maximize];
  // The counts are whole, so a difference this small is one of floats only.
  if (best.value - value <= tolerance + 1e-12) return "";
  return fill(words[demand.maximize], { value: fixed(value, 3), best: fixed(best.value, 3) });
}
