/**
 * Answers become marks, and marks become what the page says: `questions/kinds/` and `widgets/asking.py`, for a page
 * without a kernel. `publishing/answers.py` writes the keys and the words; no sentence is made here. A test gives the
 * same answers to both and compares all that is shown.
 */

import { fill, fixed } from "./number.js";

/** What to call a part of an answer, by whether it was ticked and whether it is right. */
export const caseOf = (ticked, right) => (ticked ? (right ? "hit" : "slip") : right ? "missed" : "passed");

const joined = (...parts) => parts.filter(Boolean).join(" ");

/** How many parts of an answer are right, in the words of this name. */
export const part = (name) => (given, words) => fill(words[name], { well: given.well, total: given.total });

/** What the kinds share whose answer is a text. */
export const TYPED = {
  keep: (key, given) => given.trim(),
  fits: (key, answer) => typeof answer === "string",
  reasons: () => [],
};

/**
 * How each kind of question is marked, by the name of the kind: what its script in `widgets/kinds` enters here. All have
 * the same face:
 *   keep(key, given)     an answer as it is kept: one form for all ways in which the page may send it
 *   fits(key, answer)    whether a kept answer is one to this question, as it is asked now
 *   mark(key, answer, words)   marks a kept answer; throws an AnswerError if it is empty or cannot be read
 *   howFar(given, words, final)   how far a wrong answer is right, and what comes next
 *   reasons(key, answer, given, everything)   what stands beside each part, by its id
 *   solution(key)        optional: the texts of the right order
 *   openAtOnce           optional: any answer earns all reasons
 *   speaks               optional: the message of the mark is part of the verdict
 */
export const MARKING = {};

// Python puts the halves of those scripts here that are for pages without a kernel.
import "../../widgets/kinds/*.js";

export const keep = (kind, key, given) => MARKING[kind].keep(key, given);
export const fits = (kind, key, answer) => MARKING[kind].fits(key, answer);
export const mark = (kind, key, answer, words) => MARKING[kind].mark(key, answer, words);

/** Whether all reasons and the right answer are earned: `revealed` says that they were asked for. */
export const earnedAll = (kind, given, revealed) => Boolean(MARKING[kind].openAtOnce || given.correct || revealed);

/** The verdict in one or two sentences: shown, and read out. */
export function summary(kind, key, given, { attempt, final, words }) {
  const said = verdict(kind, key, given, attempt, final, words);
  return key.counts ? said : `${said} ${words.not_counted}`;
}

function verdict(kind, key, given, attempt, final, words) {
  const { howFar, speaks } = MARKING[kind];
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
  const { reasons, solution, speaks } = MARKING[kind];
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
