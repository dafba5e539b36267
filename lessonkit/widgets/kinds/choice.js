/** Questions with choices: radios, or checkboxes when several may be ticked. */

import { INPUTS, createRow } from "../inputs.js";
import { OWN_KEYS, h } from "../page.js";

INPUTS.single = choiceInputs;
INPUTS.multiple = choiceInputs;

function choiceInputs(question, id, voice) {
  const type = question.kind === "single" ? "radio" : "checkbox";
  const rows = question.choices.map((choice, index) => {
    const reasonId = `${id}-reason-${index}`;
    const input = h("input", { ...OWN_KEYS, type, name: id, value: choice.id, "aria-describedby": reasonId });
    const label = h("label", { ...voice.language, class: "lk-label" }, input, voice.prose(choice.html));
    return { id: choice.id, input, ...createRow(question.kind, reasonId, "", voice, label) };
  });

  // Beside the right choice, the reasons of the others come on request.
  const others = h("button", { ...OWN_KEYS, type: "button", class: "lk-button lk-others", hidden: true }, voice.say("others"));
  const list = h("div", { class: "lk-choices" }, ...rows.map(({ element }) => element), others);
  const unfold = (open) => {
    list.classList.toggle("lk-folded", !open);
    others.setAttribute("aria-expanded", String(open));
  };
  others.addEventListener("click", () => unfold(list.classList.contains("lk-folded")));

  return {
    element: list,
    read: () => rows.filter(({ input }) => input.checked).map((row) => row.id),
    write(answer) {
      for (const row of rows) row.input.checked = (answer ?? []).includes(row.id);
    },
    key: (answer) => [...(answer ?? [])].sort().join("\n"),
    // Of one choice, the verdict stands beside it.
    showsVerdict: (reasons) => type === "radio" && rows.some((row) => row.input.checked && reasons[row.id]),
    showReasons(reasons, summary) {
      const cases = Object.values(reasons).map((reason) => reason.case);
      const foldable = type === "radio" && cases.includes("hit") && cases.includes("passed");
      if (foldable === others.hidden) unfold(!foldable);
      others.hidden = !foldable;
      for (const row of rows) row.show(reasons[row.id], type === "radio" && row.input.checked ? summary : undefined);
    },
  };
}

// The rest is for a page without a kernel, which marks answers itself.

import { MARKING, caseOf, part } from "../marking.js";
import { AnswerError } from "../number.js";

const CHOICES = {
  keep: (key, given) => key.order.filter((id) => given.includes(id)),
  fits: (key, answer) => Array.isArray(answer) && answer.every((id) => key.order.includes(id)),
  mark: markChoices,
  reasons: (key, answer, given, everything) =>
    key.order
      .filter((id) => everything || answer.includes(id))
      .map((id) => [id, { case: caseOf(answer.includes(id), key.right.includes(id)), html: key.whys[id] }]),
};

MARKING.single = { ...CHOICES, howFar: (given, words, final) => (final ? words.every_reason : words.read_reason) };
MARKING.multiple = { ...CHOICES, howFar: part("judged"), openAtOnce: true };

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
