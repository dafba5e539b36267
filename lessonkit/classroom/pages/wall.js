/** The wall: what everybody reads from the back row. */

import { bars, find, follow, h, moved, prose } from "./common.js";

const SAID = {
  closed: "The vote is closed.",
  discuss: "Talk to somebody who chose otherwise.",
};

const base = location.pathname;
find("qr").src = `${base}/qr.svg`;

function list(parts, language) {
  const item = ({ label, html }) => h("li", language, h("span", { class: "class-letter" }, label), prose(html));
  return h("ul", { class: "class-options", role: "list" }, ...parts.map(item));
}

/** What the letters in the bars stand for, where the bars do not say it. */
function legend(parts, language) {
  const item = ({ label, html }) => h("div", { class: "class-part", ...language }, h("span", { class: "class-letter" }, label), prose(html));
  return h("div", { class: "class-legend" }, ...parts.map(item));
}

function stage(state) {
  if (state.ended) return [h("p", { class: "class-big" }, "The class is over. Thank you.")];
  if (!state.question) return [h("p", { class: "class-big" }, "Scan the picture, or open the address and type the code.")];
  const { prompt, options, pairs } = state.question;
  const parts = [prose(prompt, "class-prompt", state.language)];
  if (state.bars) {
    if (!state.question.bars_are_options && options.length) parts.push(legend([...(pairs ?? []), ...options], state.language));
    const told = (bar) => (bar.right && bar.why ? [prose(bar.why, "class-why", state.language)] : []);
    parts.push(bars(state, told));
    if (moved(state)) parts.push(h("p", {}, moved(state)));
    if (state.answer) parts.push(h("p", {}, state.answer));
    if (state.belief) parts.push(h("p", { class: "class-belief" }, `A mistake that some made: ${state.belief}`));
    return parts;
  }
  if (pairs) parts.push(list(pairs, state.language));
  if (options.length) parts.push(list(options, state.language));
  if (SAID[state.phase]) parts.push(h("p", { class: "class-big" }, SAID[state.phase]));
  else if (state.round > 1) parts.push(h("p", { class: "class-big" }, "Vote again."));
  return parts;
}

let drawn = "";

const SMALLEST = 4.1;

/** Take the largest letters that fit: never below 4% of the screen's height for the prompt. The rest can be smaller. */
function fit() {
  const place = find("stage");
  const sizes = [...[5.6, 5.2, 4.8, 4.4, SMALLEST].map((size) => [size, 0.85]), ...[0.78, 0.7, 0.62].map((rest) => [SMALLEST, rest])];
  for (const [size, rest] of sizes) {
    document.body.style.setProperty("--class-prompt", `${size}vh`);
    document.body.style.setProperty("--class-rest", rest);
    if (place.scrollHeight <= place.clientHeight) return;
  }
}

follow(`${base}/state`, (state) => {
  find("address").textContent = state.address.replace("http://", "");
  find("code").textContent = state.locked ? "locked" : state.code;
  for (const id of ["qr", "address", "code", "count"]) find(id).hidden = state.ended;
  document.body.dataset.phase = state.phase;
  find("count").textContent = state.phase === "open" ? `${state.answered} of ${state.of}` : state.question ? "" : `${state.here} here`;
  const { here, answered, of, ...rest } = state; // what changes with each vote is not drawn anew
  if (drawn === JSON.stringify(rest)) return;
  drawn = JSON.stringify(rest);
  find("stage").replaceChildren(...stage(state));
  fit();
});

addEventListener("resize", fit);
