/**
 * What the kinds of question share that are marked without a kernel. Only the site carries it: the widget of a notebook
 * asks Python.
 */

import { fill } from "./number.js";

/** What to call a part of an answer, by whether it was ticked and whether it is right. */
export const caseOf = (ticked, right) => (ticked ? (right ? "hit" : "slip") : right ? "missed" : "passed");

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
