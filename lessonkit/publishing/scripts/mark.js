/**
 * Answers become marks, and marks become what the page says: `questions/kinds/` and `widgets/asking.py`, for a page
 * without a kernel. `publishing/answers.py` writes the keys and the words; no sentence is made here. A test gives the
 * same answers to both and compares all that is shown.
 */

import { AnswerError, compare, decimal, distance, fill, fixed, fraction, general, parseFraction, readNumber, times } from "./number.js";

/** What to call a choice, by whether it was ticked and whether it is right. */
const caseOf = (ticked, right) => (ticked ? (right ? "hit" : "slip") : right ? "missed" : "passed");

const joined = (...parts) => parts.filter(Boolean).join(" ");

const part = (name) => (given, words) => fill(words[name], { well: given.well, total: given.total });

const CHOICES = {
  keep: (key, given) => key.order.filter((id) => given.includes(id)),
  fits: (key, answer) => Array.isArray(answer) && answer.every((id) => key.order.includes(id)),
  mark: markChoices,
  reasons: (key, answer, given, everything) =>
    key.order
      .filter((id) => everything || answer.includes(id))
      .map((id) => [id, { case: caseOf(answer.includes(id), key.right.includes(id)), html: key.whys[id] }]),
};
const TYPED = {
  keep: (key, given) => given.trim(),
  fits: (key, answer) => typeof answer === "string",
  reasons: () => [],
};

/*
 * The kinds of question. All have the same face:
 *   keep(key, given)     an answer as it is kept: one form for all ways in which the page may send it
 *   fits(key, answer)    whether a kept answer is one to this question, as it is asked now
 *   mark(key, answer, words)   marks a kept answer; throws an AnswerError if it is empty or cannot be read
 *   howFar(given, words, final)   how far a wrong answer is right, and what comes next
 *   reasons(key, answer, given, everything)   what stands beside each part, by its id
 *   solution(key)        optional: the texts of the right order
 *   openAtOnce           optional: any answer earns all reasons
 *   speaks               optional: the message of the mark is part of the verdict
 */
const KINDS = {
  single: { ...CHOICES, howFar: (given, words, final) => (final ? words.every_reason : words.read_reason) },
  multiple: { ...CHOICES, howFar: part("judged"), openAtOnce: true },
  numeric: { ...TYPED, mark: markNumber, howFar: (given, words) => (given.message ? "" : words.look_again) },
  order: {
    keep: (key, given) => [...given],
    fits: (key, answer) =>
      Array.isArray(answer) && [...answer].sort().join("\n") === key.items.map(({ id }) => id).sort().join("\n"),
    mark: markOrder,
    howFar: part("stand"),
    reasons: (key, answer, given, everything) =>
      given.items.map(({ id, right, html }) => [id, { case: caseOf(true, right), html: everything ? html : "" }]),
    solution: (key) => key.items.map(({ text }) => text),
  },
  match: {
    keep: (key, given) => key.pairs.filter(({ id }) => id in given).map(({ id }) => [id, given[id]]),
    fits: (key, answer) =>
      Array.isArray(answer) &&
      answer.every(([pair, target]) => key.pairs.some(({ id }) => id === pair) && target in key.targets),
    mark: markMatch,
    howFar: part("matches"),
    reasons: (key, answer, given, everything) =>
      given.pairs.map(({ id, right, html }, index) => {
        const pair = key.pairs[index];
        if (!everything || right) return [id, { case: caseOf(true, right), html }];
        return [id, { case: caseOf(true, right), answer: key.targets[pair.target].html, html: html + pair.html }];
      }),
  },
  "operating-point": { ...TYPED, mark: markPoint, howFar: (given) => given.message, speaks: true },
  text: { ...TYPED, mark: markText, howFar: (given, words) => (given.message ? "" : words.look_again) },
};

export const keep = (kind, key, given) => KINDS[kind].keep(key, given);
export const fits = (kind, key, answer) => KINDS[kind].fits(key, answer);
export const mark = (kind, key, answer, words) => KINDS[kind].mark(key, answer, words);

/** Whether all reasons and the right answer are earned: `revealed` says that they were asked for. */
export const earnedAll = (kind, given, revealed) => Boolean(KINDS[kind].openAtOnce || given.correct || revealed);

function markChoices(key, ticked, words) {
  if (ticked.length === 0) throw new AnswerError(words[key.marking ? "tick_first" : "choose_first"]);
  const hits = ticked.filter((id) => key.right.includes(id)).length;
  const slips = ticked.length - hits;
  const [right, wrong] = [key.right.length, key.order.length - key.right.length];
  const correct = hits === right && slips === 0;
  let credit = Number(correct);
  if (!correct && key.marking === "each") credit = Math.max(0, (hits * wrong - slips * right) / (right * wrong));
  if (!correct && key.marking === "net") credit = Math.max(0, (hits - slips) / right);
  return { correct, credit, well: wrong - slips + hits, total: key.order.length };
}

function markNumber(key, typed, words) {
  const { value, understood } = readNumber(typed, { unit: key.unit, expected: key.answer, words });
  const accepts = ({ exact, slack }, number) => compare(distance(number, parseFraction(exact)), parseFraction(slack)) <= 0;
  if (accepts(key, value)) return { correct: true, credit: 1, understood, message: "" };
  let nearest;
  for (const mistake of key.mistakes) {
    if (!accepts(mistake, value)) continue;
    const far = distance(value, parseFraction(mistake.exact));
    if (!nearest || compare(far, nearest.far) < 0) nearest = { far, message: mistake.html };
  }
  const message = nearest ? nearest.message : percentSlip(key, value, accepts, words);
  return { correct: false, credit: 0, understood, message };
}

/** What to say when the number is right but for a factor of 100. */
function percentSlip(key, value, accepts, words) {
  const hundred = fraction(100n);
  if (key.unit === "%") {
    const percent = times(value, hundred);
    return key.answer && accepts(key, percent) ? fill(words.meant_percent, { percent: decimal(percent) }) : "";
  }
  const share = times(value, fraction(1n, 100n));
  if (!(key.answer > 0 && key.answer <= 1 && accepts(key, share))) return "";
  return fill(words.meant_share, { percent: decimal(value), share: decimal(share) });
}

function markOrder(key, answer) {
  const places = answer.map((id) => key.items.findIndex((item) => item.id === id));
  let swapped = 0;
  places.forEach((one, index) => (swapped += places.slice(index + 1).filter((two) => one > two).length));
  const most = (places.length * (places.length - 1)) / 2;
  const run = longestRun(places);
  const met = key.mistakes.find(({ order }) => order.join("\n") === answer.join("\n"));
  return {
    correct: swapped === 0,
    credit: Math.max(0, (most - 2 * swapped) / most),
    items: answer.map((id, index) => ({ id, right: run.includes(places[index]), html: key.items[places[index]].html })),
    well: run.length,
    total: places.length,
    message: met?.html ?? "",
  };
}

/** The longest rising part; of several as long, the one that ends first. */
function longestRun(places) {
  const longest = (runs) => runs.reduce((best, run) => (run.length > best.length ? run : best), []);
  const best = [];
  for (const place of places) best.push([...longest(best.filter((run) => run.at(-1) < place)), place]);
  return longest(best);
}

function markMatch(key, answer) {
  const missing = key.pairs.length - answer.length;
  if (missing > 0) throw new AnswerError(key.unmatched[missing - 1]);
  const chosen = Object.fromEntries(answer);
  const pairs = key.pairs.map((pair) => {
    const target = chosen[pair.id];
    const right = target === pair.target;
    return { id: pair.id, right, html: right ? pair.html : (pair.mistakes[target] ?? key.targets[target].why) };
  });
  const well = pairs.filter(({ right }) => right).length;
  return { correct: well === pairs.length, credit: well / pairs.length, pairs, well, total: pairs.length };
}

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

const LONGEST_TEXT = 100;

/** A text without what makes no difference, as `questions/kinds/text.py` folds it. */
function folded(text, fold) {
  if (fold.includes("accents")) text = text.normalize("NFD").replace(/\p{Mn}/gu, "");
  text = text.normalize("NFC").replace(/\p{Cf}/gu, "");
  const words = text.split(/[\s\x1c-\x1f\x85]+/);
  text = fold.includes("spaces") ? words.filter(Boolean).join(" ") : text.trim();
  return fold.includes("case") ? text.toLowerCase() : text;
}

function markText({ fold, accept, patterns, mistakes }, answer, words) {
  const typed = folded(answer, fold);
  if (!typed) throw new AnswerError(words.text_first);
  if ([...typed].length > LONGEST_TEXT) throw new AnswerError(fill(words.text_too_long, { n: LONGEST_TEXT }));
  const matches = (pattern) => new RegExp(`^(?:${pattern})$`, "u").test(typed);
  const correct = accept.includes(typed) || patterns.some(matches);
  const met = correct ? undefined : mistakes.find((known) => known.accept.includes(typed));
  return { correct, credit: Number(correct), message: met?.html ?? "" };
}

/** The verdict in one or two sentences: shown, and read out. */
export function summary(kind, key, given, { attempt, final, words }) {
  const said = verdict(kind, key, given, attempt, final, words);
  return key.counts ? said : `${said} ${words.not_counted}`;
}

function verdict(kind, key, given, attempt, final, words) {
  const { howFar, speaks } = KINDS[kind];
  const readAs = given.understood ? fill(words.read_as, { number: given.understood }) : "";
  if (given.correct) {
    const first = attempt === 1 ? words.right : fill(words.right_at, { n: attempt });
    return joined(first, readAs, speaks ? given.message : "");
  }
  const far = final && key.solution ? key.solution : howFar(given, words, final);
  const percent = fill(words.percent, { number: fixed(100 * given.credit, 0) });
  const credit = given.credit ? fill(words.credit, { percent }) : "";
  return joined(final ? words.not_right : words.not_yet, readAs, far, credit);
}

/** All that the page shows beside a marked answer. `final`: the answer was asked for. */
export function feedback(kind, key, answer, given, { attempt, final, words }) {
  const { reasons, solution, speaks } = KINDS[kind];
  const everything = earnedAll(kind, given, final);
  return {
    correct: given.correct,
    summary: summary(kind, key, given, { attempt, final, words }),
    message: speaks || !given.message ? "" : given.message,
    reasons: Object.fromEntries(reasons(key, answer, given, everything)),
    solution: solution && everything && !given.correct ? solution(key) : [],
    explain: everything ? key.explain : "",
    see: key.see,
  };
}
