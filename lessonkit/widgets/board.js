/** The page's half of the progress board: the table comes from Python, and files go to and from the learner's disk. */

import { openLine, prose } from "./form.js";
import { OWN_KEYS, h, listen, nameView } from "./page.js";

/** Hand a text to the learner as a file. */
function offer(text) {
  const address = URL.createObjectURL(new Blob([text], { type: "application/jsonl" }));
  const link = h("a", { href: address, download: "lessonkit-record.jsonl" });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 1_000);
}

function render({ model, el }) {
  const controller = new AbortController();
  const { signal } = controller;
  const { words, lang, dir, longest } = model.get("view");
  const line = openLine(model, nameView("board"), signal);

  const board = h("div");
  const button = (label) => h("button", { ...OWN_KEYS, type: "button", class: "lk-button" }, label);
  const save = button(words.save);
  const add = button(words.add);
  const file = h("input", { type: "file", accept: ".jsonl", hidden: true, "aria-label": words.add });
  const told = h("p", { class: "lk-notice", role: "status" });
  const root = h(
    "div",
    { ...OWN_KEYS, lang, dir, class: "lessonkit lk-board", role: "group", "aria-label": words.board },
    board,
    h("div", { class: "lk-actions" }, save, add, file),
    told,
  );

  // Made in Python, where every name in it is escaped.
  const draw = () => board.replaceChildren(prose(model.get("board")));

  function ask(body) {
    told.textContent = "";
    line(body, {
      onReply({ file, message }) {
        if (file !== undefined) offer(file);
        told.textContent = message;
      },
      onSilence: () => (told.textContent = words.silence),
    });
  }

  save.addEventListener("click", () => ask({ type: "save" }), { signal });
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
  draw();
  el.append(root);

  return () => {
    controller.abort();
    root.remove();
  };
}

export default { render };
