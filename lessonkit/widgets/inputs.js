/** What the inputs of the kinds of question share. */

import { symbol } from "./form.js";
import { OWN_KEYS, h } from "./page.js";

/**
 * What makes the inputs of each kind of question, by the name of the kind: a function that its script in `kinds` enters
 * here. It takes the question, a name to build ids from, the voice, and what else `createQuestion` gives. All inputs have
 * the same face:
 *   element           what stands in the question
 *   read(), write()   the answer in the form; null is the answer before there is one
 *   key(answer)       a text that is the same for the same answers
 *   setClosed(closed) optional: the answer can no longer be changed
 *   toMessage(answer) optional: the answer as the kernel takes it
 *   showReasons()     what the kernel says beside each part, by its id; `summary` is the verdict on all of it
 *   isRead            optional: the kernel reads what was typed, and says how
 *   showsVerdict()    optional: whether that stands beside a part, so that it is said nowhere else
 */
export const INPUTS = {};

/** The picture beside a part of an answer, by its case. Each case has its own symbol and its own words. */
const PICTURES = { hit: "check", slip: "cross", missed: "arrow", passed: "dash" };

/** A part of a question, with a place below it for what the kernel says about it. */
export function createRow(kind, id, className, voice, ...content) {
  const reason = h("div", { class: "lk-reason", id, hidden: true });
  const row = h(className.includes("lk-item") ? "li" : "div", { class: `lk-choice ${className}` }, ...content, reason);
  return {
    element: row,
    show(feedback, verdict) {
      reason.hidden = !feedback;
      reason.replaceChildren();
      delete row.dataset.case;
      if (!feedback) return;
      row.dataset.case = feedback.case;
      const words = verdict ?? voice.verdict(kind, feedback.case);
      const body = h("div", {}, h("strong", { class: `lk-verdict${verdict ? " lk-summary" : ""}` }, words));
      if (feedback.answer) {
        body.append(h("div", { class: "lk-belongs" }, `${voice.say("belongs")} `, voice.prose(feedback.answer)));
      }
      if (feedback.html) body.append(voice.prose(feedback.html));
      reason.append(symbol(PICTURES[feedback.case]), body);
    },
  };
}

/** A field whose text is the answer, with its label and what stands beside it. */
export function typedInput(id, { inputmode, class: className, label, beside = "" }) {
  const input = h("input", {
    ...OWN_KEYS,
    type: "text",
    inputmode,
    autocomplete: "off",
    spellcheck: "false",
    id,
    class: className,
    maxlength: "100",
  });
  return {
    element: h(
      "div",
      { class: "lk-numeric" },
      h("label", { for: id }, label),
      h("span", { class: "lk-field" }, input, beside),
    ),
    read: () => input.value.trim(),
    write(answer) {
      input.value = answer ?? "";
    },
    setClosed(closed) {
      input.readOnly = closed;
    },
    key: (answer) => answer ?? "",
    showReasons() {},
  };
}
