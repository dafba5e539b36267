/** Questions that give each thing its match: a list of matches beside each item. */

import { INPUTS, createRow } from "../inputs.js";
import { OWN_KEYS, h } from "../page.js";

INPUTS.match = matchInputs;

/** A match longer than this stands above the list, as one with math does: an option of a list does not wrap. */
const LONGEST_OPTION = 80;

function matchInputs(question, id, voice) {
  const letter = (index) => String.fromCharCode(65 + index);
  // An option holds plain text only, and code within a line is as plain. What else there is stands above, and the
  // options name its letter.
  const isAbove = ({ html, text }) =>
    text.length > LONGEST_OPTION || text.includes("\n") || voice.prose(html).querySelector("math, pre, img, table") !== null;
  const above = question.targets.map(isAbove);
  const lettered = above.includes(true) || question.lettered === true; // a class talks about "B"
  const label = ({ text }, index) => (lettered ? `${letter(index)}${above[index] ? "" : `. ${text}`}` : text);
  const key = h(
    "ol",
    { class: "lk-letters", type: "A", role: "list", hidden: !above.includes(true) },
    ...question.targets.map((target, index) =>
      h("li", {}, h("span", { class: "lk-letter" }, `${letter(index)}. `), voice.prose(target.html)),
    ),
  );
  const rows = question.pairs.map((pair, index) => {
    const [selectId, reasonId] = [`${id}-match-${index}`, `${id}-reason-${index}`];
    const select = h(
      "select",
      { ...OWN_KEYS, id: selectId, class: "lk-select", "aria-describedby": reasonId, ...voice.language },
      h("option", { value: "" }, voice.say("choose")),
      ...question.targets.map((target, at) => h("option", { value: target.id }, label(target, at))),
    );
    const line = h(
      "div",
      { ...voice.language, class: "lk-line" },
      h("label", { for: selectId, class: "lk-left" }, voice.prose(pair.html)),
      select,
    );
    return { id: pair.id, select, ...createRow("match", reasonId, "lk-pair", voice, line) };
  });

  return {
    element: h("div", { class: "lk-choices" }, key, ...rows.map(({ element }) => element)),
    read: () => rows.filter(({ select }) => select.value).map(({ id, select }) => [id, select.value]),
    write(answer) {
      const chosen = new Map(answer ?? []);
      for (const row of rows) row.select.value = chosen.get(row.id) ?? "";
    },
    key: (answer) => (answer ?? []).map((pair) => pair.join("\t")).join("\n"),
    toMessage: (answer) => Object.fromEntries(answer),
    showReasons: (reasons) => rows.forEach((row) => row.show(reasons[row.id])),
  };
}

// The rest is for a page without a kernel, which marks answers itself.

import { MARKING, caseOf, part } from "../marking.js";
import { AnswerError } from "../number.js";

MARKING.match = {
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
};

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
