/**
 * Answers become marks, and marks become what the page says: `questions/kinds/` and `widgets/asking.py`, for a page
 * without a kernel. `publishing/answers.py` writes the keys and the words; no sentence is made here. A test gives the
 * same answers to both and compares all that is shown.
 */

import { MARKING } from "../../widgets/marking.js";
import { fill, fixed } from "../../widgets/number.js";
// Python puts the halves of those scripts here that are for pages without a kernel.
import "../../widgets/kinds/*.js";

const joined = (...parts) => parts.filter(Boolean).join(" ");

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
