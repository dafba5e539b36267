/** The page's half of the progress board. Its parts come from Python as HTML; here are its buttons and files. */

import { openLessonsHere, openLine, prose, showWidget } from "./form.js";
import { OWN_KEYS, h, listen, openView, passKeys, showView } from "./page.js";

/** How long to wait for more news before the board is asked for anew, in ms. */
const GATHER = 250;

/** Hand a text to the learner as a file. */
function offer(text) {
  const address = URL.createObjectURL(new Blob([text], { type: "application/jsonl" }));
  const link = h("a", { href: address, download: "lessonkit-record.jsonl" });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 1_000);
}

/** What tells one part of the board from the others, before and after it is drawn anew. */
const nameOf = (element) =>
  element?.closest("details")?.dataset.key && element.matches("summary")
    ? element.closest("details").dataset.key
    : [element?.getAttribute("href"), element?.dataset.ask, element?.dataset.belief].join("\n");

/** A part of the board. It keeps what is unfolded and what has the focus when it is drawn anew. */
function createPart() {
  const element = h("div", { class: "lk-board-part" });
  return {
    element,
    draw(html) {
      const { activeElement } = element.getRootNode();
      const held = element.contains(activeElement) ? nameOf(activeElement) : undefined;
      const unfolded = [...element.querySelectorAll("details[open]")].map(({ dataset }) => dataset.key);
      element.replaceChildren(prose(html)); // made in Python, where every name in it is escaped
      for (const details of element.querySelectorAll("details")) details.open = unfolded.includes(details.dataset.key);
      const parts = [...element.querySelectorAll("a, button, summary")];
      for (const part of parts) part.dataset.lmSuppressShortcuts = "true"; // as OWN_KEYS
      if (held !== undefined) (parts.find((part) => nameOf(part) === held) ?? parts[0])?.focus();
    },
  };
}

function render({ model, el }) {
  const { view, id, signal, end } = openView(model, "board");
  const { words, lang, dir, longest } = view;
  const line = openLine(model, id, signal);

  const [now, rest] = [createPart(), createPart()];
  const button = (label) => h("button", { ...OWN_KEYS, type: "button", class: "lk-button" }, label);
  const place = h("div");
  const close = button(words.done);
  const review = h(
    "section",
    { ...OWN_KEYS, class: "lk-board-review", "aria-label": words.review, tabindex: "-1", hidden: true },
    place,
    h("div", { class: "lk-actions" }, close),
  );
  const save = button(words.save);
  const add = button(words.add);
  const file = h("input", { type: "file", accept: ".jsonl", hidden: true, "aria-label": words.add });
  const told = h("p", { class: "lk-notice", role: "status" });
  const root = h(
    "div",
    { ...OWN_KEYS, lang, dir, class: "lessonkit lk-board", role: "group", "aria-label": words.board },
    now.element,
    review,
    rest.element,
    h("div", { class: "lk-actions" }, save, add, file),
    told,
  );

  function draw() {
    const parts = model.get("board");
    now.draw(parts.now);
    rest.draw(parts.rest);
    save.hidden = parts.is_empty;
  }

  function ask(body, onReply = () => {}) {
    told.textContent = "";
    line(body, {
      onReply(reply) {
        onReply(reply);
        told.textContent = reply.message;
      },
      onSilence: () => (told.textContent = words.silence),
    });
  }

  let wait = 0;
  function gatherNews(message) {
    if (message?.type !== "news") return;
    clearTimeout(wait);
    wait = setTimeout(() => line({ type: "refresh" }, { onReply() {}, onSilence() {} }), GATHER);
  }

  let asked; // the button that opened the questions on screen
  let shown = new AbortController();
  function openReview(from) {
    asked = nameOf(from);
    ask({ type: "review", belief: from.dataset.belief ?? null }, async (reply) => {
      if (!reply.review) return;
      shown.abort();
      shown = new AbortController();
      await showWidget(reply.review, place, model.widget_manager, AbortSignal.any([signal, shown.signal]));
      review.hidden = false;
      review.focus();
    });
  }
  function closeReview() {
    shown.abort();
    review.hidden = true;
    const parts = [...root.querySelectorAll("a, button")];
    (parts.find((part) => nameOf(part) === asked) ?? parts[0]).focus();
  }

  root.addEventListener(
    "click",
    (event) => {
      const wanted = event.target.closest("[data-ask]");
      if (wanted) openReview(wanted);
    },
    { signal },
  );
  openLessonsHere(root, model.widget_manager, signal);
  close.addEventListener("click", closeReview, { signal });
  save.addEventListener("click", () => ask({ type: "save" }, ({ file: text }) => text !== undefined && offer(text)), { signal });
  add.addEventListener("click", () => file.click(), { signal });
  file.addEventListener(
    "change",
    async () => {
      const [chosen] = file.files;
      if (!chosen) return;
      const content = chosen.size > longest ? undefined : await chosen.text();
      file.value = ""; // the same file may be chosen again
      if (content === undefined) told.textContent = words.too_long;
      else ask({ type: "add", content });
    },
    { signal },
  );
  listen(model, "change:board", draw, signal);
  listen(model, "msg:custom", gatherNews, signal);
  signal.addEventListener("abort", () => clearTimeout(wait), { once: true });
  draw();
  passKeys(root, signal);
  return showView(root, el, end);
}

export default { render };
