/** Questions whose answer is a short text: a field for a word or two. */

import { INPUTS, typedInput } from "../inputs.js";

INPUTS.text = (question, id, voice) =>
  typedInput(id, { class: "lk-number lk-words", label: voice.say("answer") });

// The rest is for a page without a kernel, which marks answers itself.

import { MARKING, TYPED } from "../marking.js";
import { AnswerError, fill } from "../number.js";

MARKING.text = { ...TYPED, mark: markText, howFar: (given, words) => (given.message ? "" : words.look_again) };

const LONGEST_TEXT = 100;

/** A text without what makes no difference, as the Python of this kind folds it. */
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
