/** What the three pages of a class share. */

import { prose, symbol } from "./form.js";
import { h } from "./page.js";

export { h, prose, symbol };
export { ask, createManager, createModel, find, follow } from "./talk.js";

/** The votes of each round, as a table of bars. `more(bar)` adds to a row. */
export function bars(state, more = () => []) {
  const part = (count, index) => {
    const total = state.totals[index];
    const share = total ? Math.round((100 * count) / total) : 0;
    const bar = h("span", { class: "class-bar", "aria-hidden": "true" });
    bar.style.inlineSize = `${share}%`; // of its own vote: the second may have fewer voters
    return h("td", {}, h("span", { class: "class-track" }, bar), h("span", { class: "class-number" }, `${count} · ${share}%`));
  };
  const rounds = state.totals.map((total, index) =>
    h("th", { scope: "col" }, state.totals.length > 1 ? `Vote ${index + 1} (${total})` : `Votes (${total})`),
  );
  const row = (bar) => {
    const answer = h("div", { class: "class-answer" }, h("span", { class: "class-letter" }, bar.label));
    if (bar.html) answer.append(prose(bar.html));
    if (bar.right) answer.append(h("strong", { class: "class-right" }, symbol("check"), " Right"));
    const name = h("th", { scope: "row" }, answer, ...more(bar));
    return h("tr", { "data-right": String(Boolean(bar.right)) }, name, ...bar.counts.map(part));
  };
  return h(
    "table",
    { class: "class-bars" },
    h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "Answer"), ...rounds)),
    h("tbody", {}, ...state.bars.map(row)),
  );
}

/** Who changed between two votes, in a sentence. */
export function moved({ moved: change }) {
  if (!change?.both) return "";
  const first = `${change.changed} of ${change.both} changed their answer`;
  if (change.to_right === undefined) return `${first}.`;
  return `${first}: ${change.to_right} to the right one, ${change.to_wrong} away from it.`;
}
