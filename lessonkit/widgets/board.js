/** The page's half of the progress board: the table comes from Python, and files go to and from the learner's disk. */

/** How long to wait before telling the learner that nobody has replied, in ms. */
const PATIENCE = 10_000;

/** Keeps JupyterLab from taking the keys; as in quiz.js. */
const OWN_KEYS = { "data-lm-suppress-shortcuts": "true" };

let views = 0;

/** Build an element. Strings become text nodes, so nothing passed here can be markup. */
function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children);
  return element;
}

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
  const name = `lessonkit-board-${Date.now().toString(36)}-${++views}`;
  const waiting = new Map();
  let count = 0;

  const board = h("div", { class: "lk-prose" });
  const button = (label) => h("button", { ...OWN_KEYS, type: "button", class: "lk-button" }, label);
  const save = button(words.save);
  const add = button(words.add);
  const file = h("input", { type: "file", accept: ".jsonl", hidden: true, "aria-label": words.add });
  const told = h("p", { class: "lk-notice lk-told", role: "status" });
  const root = h(
    "div",
    { ...OWN_KEYS, lang, dir, class: "lessonkit lk-quiz", role: "group", "aria-label": words.board },
    board,
    h("div", { class: "lk-actions" }, save, add, file),
    told,
  );

  // A table too wide for the page scrolls; while it does, the keyboard must be able to reach it.
  const scroller = new ResizeObserver(([{ target }]) => {
    if (target.scrollWidth > target.clientWidth) target.setAttribute("tabindex", "0");
    else target.removeAttribute("tabindex");
  });
  signal.addEventListener("abort", () => scroller.disconnect(), { once: true });

  function draw() {
    board.innerHTML = model.get("board"); // made in Python, where every name in it is escaped
    scroller.disconnect();
    for (const table of board.querySelectorAll("table")) {
      table.dataset.lmSuppressShortcuts = "true"; // as OWN_KEYS
      scroller.observe(table);
    }
  }

  function ask(body) {
    const request = `${name}-${++count}`;
    const onSilence = () => (told.textContent = words.silence);
    waiting.set(request, setTimeout(onSilence, PATIENCE));
    told.textContent = "";
    try {
      model.send({ ...body, request });
    } catch {
      clearTimeout(waiting.get(request)); // a dead kernel refuses at once
      onSilence();
    }
  }

  function hear(message) {
    if (message?.type !== "reply" || !waiting.has(message.request)) return;
    clearTimeout(waiting.get(message.request));
    waiting.delete(message.request);
    if (message.file !== undefined) offer(message.file);
    told.textContent = message.message;
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
  model.on("change:board", draw);
  model.on("msg:custom", hear);
  draw();
  el.append(root);

  return () => {
    controller.abort();
    model.off("change:board", draw);
    model.off("msg:custom", hear);
    waiting.forEach(clearTimeout);
    root.remove();
  };
}

export default { render };
