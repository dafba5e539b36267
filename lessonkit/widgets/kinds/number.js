/** Questions whose answer is a number: a text field. Python reads it, so that `0,89`, `89 %` and `8/9` are all welcome. */

import { INPUTS, typedInput } from "../inputs.js";
import { h } from "../page.js";

INPUTS.numeric = (question, id, voice) => {
  const { unit } = question;
  const label = unit ? voice.say("answer_in", { unit }) : voice.say("answer");
  const beside = unit ? h("span", voice.language, unit) : "";
  return { ...typedInput(id, { inputmode: "decimal", class: "lk-number", label, beside }), isRead: true };
};

// The rest is for a page without a kernel, which marks answers itself.

import { MARKING, TYPED } from "../marking.js";
import { compare, decimal, distance, fill, fraction, parseFraction, readNumber, times } from "../number.js";

MARKING.numeric = { ...TYPED, mark: markNumber, howFar: (given, words) => (given.message ? "" : words.look_again) };

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
