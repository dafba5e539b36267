/** The teacher's page: the key, the votes as they come, and one button that leads on. */

import { ask, bars, find, follow, h, moved, prose } from "./common.js";

const STEPS = {
  close: "Close the vote",
  discuss: "Let them discuss",
  again: "Vote again",
  bars: "Show the bars",
  key: "Show the key",
  next: "Next question",
  drop: "Leave this question",
};
const PHASES = {
  lobby: "No question is open",
  open: "The vote is open",
  closed: "The vote is closed",
  discuss: "They discuss",
  bars: "The bars are on the wall",
  key: "The key is on the wall",
};
const LEVELS = ["guess", "fairly sure", "certain"];

let now; // the state on screen
let next = ""; // the step of the main button

async function take(step) {
  let reply;
  try {
    reply = await ask("/teacher/step", { phase: now.phase, turn: now.turn, ...step });
  } catch {
    reply = { ok: false, message: "There is no connection. Try again." };
  }
  find("refused").textContent = reply.ok ? "" : reply.message;
  return reply.ok;
}

/** The step that the main button takes: what the advice says, or the only way on. */
function leading({ steps, advice }) {
  if (advice && steps.includes(advice.do)) return advice.do;
  return ["close", "again", "bars", "key", "next"].find((step) => steps.includes(step)) ?? "";
}

function details(bar) {
  const parts = [];
  const sure = bar.sure.map((count, level) => (count ? `${count} ${LEVELS[level]}` : "")).filter(Boolean);
  if (now.confidence && sure.length) parts.push(h("p", { class: "class-small" }, `How sure: ${sure.join(", ")}.`));
  for (const { text, reply } of bar.beliefs) {
    parts.push(h("p", { class: "class-belief" }, `Belief: ${text}`));
    if (reply) parts.push(h("p", { class: "class-reply" }, `Your reply: ${reply}`));
  }
  return parts;
}

function show(state) {
  const before = now;
  now = state;
  const round = state.round ? `, vote ${state.round}` : "";
  const count = state.phase === "open" ? ` · ${state.answered} of ${state.of} answered` : ` · ${state.here} here`;
  find("status").textContent = `${state.ended ? "The class is over" : PHASES[state.phase]}${round}${count}`;
  find("wall").href = `/wall/${state.wall}`;
  find("code").textContent = state.code;
  find("address").textContent = state.address.replace("http://", "");
  find("lock").textContent = state.locked ? "Unlock: let others in" : "Lock: nobody else can join";

  next = leading(state);
  find("next").hidden = next === "";
  find("next").textContent = STEPS[next] ?? "";
  const rest = state.steps.filter((step) => step !== next && step in STEPS);
  if (before?.phase !== state.phase || before?.turn !== state.turn) {
    find("others").replaceChildren(
      ...rest.map((step) => {
        const button = h("button", { type: "button", class: "lk-button" }, STEPS[step]);
        button.addEventListener("click", () => take({ do: step }));
        return button;
      }),
    );
    find("typed").value = "";
  }
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
    ...(["order", "match"].includes(state.question.kind) ? state.question.options : []).map(({ label, html }) =>
      h("div", { class: "class-part" }, `${label}. `, prose(html)),
    ),
    bars(state, details),
    h("p", {}, moved(state)),
  );
  const right = state.totals.map((total, index) => (total ? `${Math.round((100 * state.right[index]) / total)}%` : "–"));
  find("explain").replaceChildren(
    h("p", {}, `Right: ${right.join(", then ")}. ${state.answer}`),
    ...(state.explain ? [prose(state.explain, "", state.language)] : []),
  );
  const paper = Object.entries(state.paper).map(([letter, count]) => `${letter} ${count}`);
  find("counted").textContent = paper.length ? `Counted: ${paper.join(" ")}` : "";
  find("paper").hidden = state.question.kind !== "single" || ["bars", "key"].includes(state.phase);
}

find("next").addEventListener("click", () => take({ do: next }));
find("lock").addEventListener("click", () => take({ do: now.locked ? "unlock" : "lock" }));
find("end").addEventListener("click", () => take({ do: "end" }));
find("paper").addEventListener("submit", (event) => {
  event.preventDefault();
  take({ do: "paper", paper: find("typed").value });
});
find("remove").addEventListener("submit", async (event) => {
  event.preventDefault();
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
      button.setAttribute("aria-label", `Ask: ${text.slice(0, 120)}`);
      button.addEventListener("click", () => take({ do: "ask", lesson: lesson.lesson, question: id }));
      const badge = guided ? [h("span", { class: "lk-badge" }, "For the room")] : [];
      return h("li", {}, button, h("span", {}, ...badge, ` ${text.slice(0, 240)}`, h("code", {}, ` ${id}`)));
    }),
  );
}

find("lesson").append(...lessons.map(({ lesson, title }) => h("option", { value: lesson }, `${lesson.slice(0, 2)} · ${title}`)));
find("lesson").addEventListener("change", choose);
choose();
follow("/teacher/state", show, () => location.reload());
