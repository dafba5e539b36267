/**
 * The page of a preview: the notebook's own quiz, whose requests go to the server, and what the linter says beside it.
 */

import { h } from "./page.js";
import quiz from "./quiz.js";
import { ask, createManager, createModel, find, follow } from "./talk.js";

let shown; // the quiz on screen: { version, model, remove }

const manager = createManager((question) => `/explorer.json?question=${encodeURIComponent(question)}`);

function open({ version, view, standing }) {
  const place = find("quiz");
  place.style.minBlockSize = `${place.offsetHeight}px`; // so that the page stays where it was scrolled to
  shown?.remove();
  async function send(message) {
    let reply;
    try {
      reply = await ask("/ask", message);
    } catch {
      find("lost").hidden = false;
      return;
    }
    if (reply.view && reply.version === version) stand(reply);
    model.tell("msg:custom", { type: "reply", request: message.request, ok: reply.ok, message: reply.message });
  }
  const model = createModel({ view, standing }, send);
  model.widget_manager = manager;
  shown = { version, model, remove: quiz.render({ model, el: place }) };
}

function stand({ view, standing }) {
  const { model } = shown;
  model.set("view", view);
  model.set("standing", standing);
  model.tell("change:view");
  model.tell("change:standing");
}

function problem({ file, line, column, code, severity, message }) {
  const place = file ? `${file}, line ${line}, column ${column}` : `Line ${line}, column ${column}`;
  return h(
    "li",
    { "data-severity": severity },
    h("div", { class: "served-small" }, `${place} · ${severity} ${code}`),
    h("div", {}, message),
  );
}

function counted(problems, linted) {
  if (!linted) return "Checking …";
  const count = (severity) => {
    const number = problems.filter((one) => one.severity === severity).length;
    return number ? [`${number} ${severity}${number > 1 ? "s" : ""}`] : [];
  };
  return [...count("error"), ...count("warning")].join(", ") || "No problems.";
}

function show(state) {
  document.title = `${state.file} · Preview`;
  find("file").textContent = state.file;
  find("broken").hidden = !state.broken;
  find("broken").textContent = state.view
    ? "The file cannot be used as it is now. The questions are those that it had when it last could."
    : "The file cannot be used as it is now.";
  find("count").textContent = counted(state.problems, state.linted);
  find("problems").replaceChildren(...state.problems.map(problem));
  if (state.view && shown?.version !== state.version) open(state);
}

follow("/state", show);
