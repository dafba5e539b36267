/** The teacher's page: the key, the votes as they come, and one button that leads on. */

import { ask, bars, find, follow, h, moved, prose } from "./common.js";

const STEPS = {
  close: "Close the vote",
  discuss: "Let them discuss",
  again: "Vote again",
  bars: "Show the bars",
  key: "Show the right answer",
  next: "Back to the questions",
  drop: "Leave this question",
};
const PHASES = {
  lobby: "No question is open",
  open: "The vote is open",
  closed: "The vote is closed",
  discuss: "They discuss",
  bars: "The bars are shown",
  key: "The right answer is shown",
};
const LEVELS = ["guess", "fairly sure", "certain"];

const NO_CONNECTION = "There is no connection. Try again.";

let now; // the state on screen
let next = ""; // the step of the main button

async function take(step) {
  let reply;
  try {
    reply = await ask("/teacher/step", { phase: now.phase, turn: now.turn, ...step });
  } catch {
    reply = { ok: false, message: NO_CONNECTION };
  }
  said(reply.ok ? "" : reply.message, step.do === "paper" ? "counted" : "refused");
  return reply.ok;
}

/** Show a message beside what it is about. */
function said(message, place) {
  find("refused").textContent = "";
  if (message || place === "refused") find(place).textContent = message;
}

/** Ask before what cannot be undone. */
function sure(step) {
  const votes = now.answered ?? 0;
  if (step === "drop" && votes) return confirm(`Leave this question, and throw away its ${votes} ${votes === 1 ? "vote" : "votes"}?`);
  if (step === "end") return confirm("End the class? Nobody can join or vote after that.");
  return true;
}

/** The step that the main button takes: what the advice says, or the only way on. */
function leading({ steps, advice }) {
  if (advice && steps.includes(advice.do)) return advice.do;
  return ["close", "again", "bars", "key", "next"].find((step) => steps.includes(step)) ?? "";
}

function details(bar) {
  const parts = [];
  const sure = bar.sure.map((count, level) => (count ? `${count} ${LEVELS[level]}` : "")).filter(Boolean);
  if (now.confidence && sure.length) parts.push(h("p", { class: "served-small" }, `How sure: ${sure.join(", ")}.`));
  for (const { text, reply } of bar.beliefs) {
    parts.push(h("p", { class: "class-belief" }, `Thinks: ${text}`));
    if (reply) parts.push(h("p", { class: "class-reply" }, `Your reply: ${reply}`));
  }
  return parts;
}

function show(state) {
  const before = now;
  now = state;
  if (find("refused").textContent === NO_CONNECTION) find("refused").textContent = ""; // it is back
  const round = state.round ? `, vote ${state.round}` : "";
  const count = state.phase === "open" ? ` · ${state.answered} of ${state.of} voted` : ` · ${state.here} here`;
  find("status").textContent = `${state.ended ? "The class is over" : PHASES[state.phase]}${round}${count}`;
  find("wall").href = `/wall/${state.wall}`;
  find("code").textContent = state.code;
  find("address").textContent = state.address.replace("http://", "");
  find("lock").textContent = state.locked ? "Unlock: let others in" : "Lock: nobody else can join";

  for (const id of ["lock", "end"]) find(id).hidden = state.ended;
  next = state.ended ? "" : leading(state);
  find("next").hidden = next === "";
  find("next").textContent = STEPS[next] ?? "";
  const rest = state.ended ? [] : state.steps.filter((step) => step !== next && step in STEPS);
  if (before?.phase !== state.phase || before?.turn !== state.turn || before?.ended !== state.ended) {
    find("others").replaceChildren(
      ...rest.map((step) => {
        const button = h("button", { type: "button", class: "lk-button" }, STEPS[step]);
        button.addEventListener("click", () => sure(step) && take({ do: step }));
        return button;
      }),
    );
    find("typed").value = "";
  }
  // A teacher who mirrors the screen does not give the answer away while the room votes.
  const told = state.phase !== "open" || (find("answer").open && before?.turn === state.turn);
  find("answer").hidden = state.phase !== "open";
  find("answer").open &&= before?.turn === state.turn;
  find("advice").textContent = state.advice?.text ?? "";
  find("choose").hidden = !state.steps.includes("ask") || state.ended;
  // Where the focus was on what is gone, it goes to what leads on.
  const { activeElement: focused } = document;
  if (before && (focused === document.body || focused.closest("[hidden]") || !focused.isConnected)) {
    (next ? find("next") : find("questions").querySelector("button")).focus();
  }
  find("now").hidden = !state.question;
  if (!state.question) return;
  find("prompt").replaceChildren(prose(state.question.prompt, "", state.language));
  find("bars").replaceChildren(
    ...(state.question.pairs ?? []).map(({ label, html }) => h("div", { class: "class-part" }, `${label}. `, prose(html))),
    ...(state.question.bars_are_options ? [] : state.question.options).map(({ label, html }) =>
      h("div", { class: "class-part" }, `${label}. `, prose(html)),
    ),
    bars(told ? state : { ...state, bars: state.bars.map((bar) => ({ ...bar, right: false, beliefs: [] })) }, details),
    h("p", {}, moved(state)),
  );
  const right = state.totals.map((total, index) => (total ? `${Math.round((100 * state.right[index]) / total)}%` : "–"));
  find("explain").hidden = !told;
  find("explain").replaceChildren(
    h("p", {}, `${state.totals.some(Boolean) ? `Right: ${right.join(", then ")}. ` : ""}${state.answer}`),
    ...(state.explain ? [prose(state.explain, "", state.language)] : []),
  );
  const paper = Object.entries(state.paper).map(([letter, count]) => `${letter} ${count}`);
  if (paper.length || before?.turn !== state.turn) find("counted").textContent = paper.length ? `Counted: ${paper.join(" ")}` : "";
  find("paper").hidden = !state.question.countable_on_paper || ["bars", "key"].includes(state.phase);
}

find("answer").addEventListener("toggle", () => now?.question && show(now));
find("next").addEventListener("click", () => take({ do: next }));
find("lock").addEventListener("click", () => take({ do: now.locked ? "unlock" : "lock" }));
find("end").addEventListener("click", () => sure("end") && take({ do: "end" }));
find("paper").addEventListener("submit", (event) => {
  event.preventDefault();
  take({ do: "paper", paper: find("typed").value });
});
find("remove").addEventListener("submit", async (event) => {
  event.preventDefault();
  if (!confirm(`Delete the answers of ${find("who").value}? They cannot be brought back.`)) return;
  const reply = await ask("/teacher/remove", { name: find("who").value });
  find("removed").textContent = reply.ok ? "Deleted." : reply.message;
});

const { lessons } = await (await fetch("/teacher/menu")).json();

function choose() {
  const lesson = lessons.find((one) => one.lesson === find("lesson").value);
  const first = [...lesson.questions].sort((a, b) => b.for_the_room - a.for_the_room);
  find("questions").replaceChildren(
    ...first.map(({ id, text, for_the_room: guided }) => {
      const button = h("button", { type: "button", class: "lk-button" }, "Ask");
      button.setAttribute("aria-label", `Ask: ${text.length > 120 ? `${text.slice(0, 120)} …` : text}`);
      button.addEventListener("click", () => take({ do: "ask", lesson: lesson.lesson, question: id }));
      const badge = guided ? [h("span", { class: "lk-badge" }, "Good for a discussion")] : [];
      return h("li", {}, button, h("span", {}, ...badge, ` ${text.length > 240 ? `${text.slice(0, 240)} …` : text}`, h("code", {}, ` ${id}`)));
    }),
  );
}

find("lesson").append(...lessons.map(({ lesson, title }) => h("option", { value: lesson }, `${lesson.slice(0, 2)} · ${title}`)));
find("lesson").addEventListener("change", choose);
choose();
follow("/teacher/state", show, () => location.reload());
