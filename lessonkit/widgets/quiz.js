/**
 * The page's half of the quiz widget.
 *
 * The kernel holds the key. This file draws the trait `view` (what stays), sends what the learner answers, and
 * shows what comes back in the trait `standing` (what changes). It never knows whether an answer is right before
 * Python has said so.
 *
 * One rule decides what is on screen: feedback is shown while, and only while, the answer in the form is the
 * answer that was marked. So a changed tick never stands beside a reason that belongs to another answer.
 */

/** How long to wait before telling the learner that nobody has replied, in ms. */
const PATIENCE = 10_000;

const SILENCE =
  "No reply yet: the kernel is busy or not running. Your answer is kept, and a busy kernel marks it once it is " +
  "free. If the kernel was restarted, run this cell again.";

/** What stands beside a choice, by `ticked` and `right`. Each case has its own symbol and its own words. */
const CASES = {
  true: {
    true: { name: "hit", symbol: "check", words: "Right" },
    false: { name: "slip", symbol: "cross", words: "Not this one" },
  },
  false: {
    true: { name: "missed", symbol: "arrow", words: "This one is right too" },
    false: { name: "passed", symbol: "dash", words: "Rightly left out" },
  },
};

/** Paths in a 16 × 16 box, drawn with a round pen. */
const SYMBOLS = {
  check: "M3.5 8.5 6.5 11.5 12.5 4.5",
  cross: "M4 4 12 12M12 4 4 12",
  arrow: "M2.5 8H13M9 4 13 8 9 12",
  dash: "M4 8H12",
};

/**
 * Keeps JupyterLab and Notebook from taking the keys, so that an arrow stays in the question. Each element that can
 * have the focus needs it: their shortcuts match the focused element before they look at its ancestors.
 */
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

/** Code and tables too wide for the page scroll; while they do, the keyboard must be able to reach them. */
const scrollers = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    if (target.scrollWidth > target.clientWidth) target.setAttribute("tabindex", "0");
    else target.removeAttribute("tabindex");
  }
});

/** Author text. It was made safe in Python (`questions.markup.to_html`), and only such text may come here. */
function prose(html, className = "") {
  const element = h("div", { class: `lk-prose ${className}`.trim() });
  element.innerHTML = html;
  for (const wide of element.querySelectorAll("pre, table, math[display='block']")) {
    wide.dataset.lmSuppressShortcuts = "true"; // as OWN_KEYS
    scrollers.observe(wide);
  }
  return element;
}

function symbol(name) {
  const namespace = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(namespace, "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("class", "lk-symbol");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(namespace, "path");
  path.setAttribute("d", SYMBOLS[name]);
  svg.append(path);
  return svg;
}

/** `model.on` until `signal` aborts, as `addEventListener` does it. */
function listen(model, event, callback, signal) {
  model.on(event, callback);
  signal.addEventListener("abort", () => model.off(event, callback), { once: true });
}

/** A button that can be switched off and keep the focus, which `disabled` would drop. */
function setOff(button, off) {
  if (off) button.setAttribute("aria-disabled", "true");
  else button.removeAttribute("aria-disabled");
}

const isOff = (button) => button.getAttribute("aria-disabled") === "true";

/**
 * Ask the kernel. Returns `ask(body, { onReply, onSilence })`.
 *
 * Every request carries a name of its own, which the reply repeats: several views may share one model, and each
 * hears all replies. A reply later than `PATIENCE` is still delivered.
 */
function openLine(model, name, signal) {
  const waiting = new Map();
  let count = 0;

  listen(
    model,
    "msg:custom",
    (message) => {
      if (message?.type !== "reply") return;
      const entry = waiting.get(message.request);
      if (!entry) return;
      waiting.delete(message.request);
      clearTimeout(entry.timer);
      entry.onReply(message);
    },
    signal,
  );
  signal.addEventListener("abort", () => waiting.forEach(({ timer }) => clearTimeout(timer)), { once: true });

  return (body, { onReply, onSilence }) => {
    const request = `${name}-${++count}`;
    waiting.set(request, { onReply, timer: setTimeout(onSilence, PATIENCE) });
    try {
      model.send({ ...body, request });
    } catch {
      clearTimeout(waiting.get(request).timer); // a dead kernel refuses at once
      onSilence();
    }
  };
}

/** The inputs of a choice question: radios, or checkboxes when several may be ticked. */
function choiceInputs(question, id) {
  const type = question.kind === "single" ? "radio" : "checkbox";
  const rows = question.choices.map((choice, index) => {
    const reasonId = `${id}-reason-${index}`;
    const input = h("input", { ...OWN_KEYS, type, name: id, value: choice.id, "aria-describedby": reasonId });
    const label = h("label", { class: "lk-label" }, input, prose(choice.html));
    const reason = h("div", { class: "lk-reason", id: reasonId, hidden: true });
    const row = h("div", { class: "lk-choice" }, label, reason);
    return { id: choice.id, input, reason, row };
  });

  return {
    element: h("div", { class: "lk-choices" }, ...rows.map(({ row }) => row)),
    read: () => rows.filter(({ input }) => input.checked).map((row) => row.id),
    write(answer) {
      for (const row of rows) row.input.checked = (answer ?? []).includes(row.id);
    },
    toMessage: (answer) => ({ choices: answer }),
    showReasons(reasons) {
      for (const row of rows) {
        const reason = reasons[row.id];
        row.reason.hidden = !reason;
        row.reason.replaceChildren();
        delete row.row.dataset.case;
        if (!reason) continue;
        const { name, symbol: picture, words } = CASES[reason.ticked][reason.right];
        const verdict = type === "radio" && name === "missed" ? "This is the answer" : words;
        row.row.dataset.case = name;
        row.reason.append(
          symbol(picture),
          h("div", {}, h("strong", { class: "lk-verdict" }, verdict), prose(reason.html)),
        );
      }
    },
  };
}

/** The input of a numeric question. Python reads the number, so that `0,89`, `89 %` and `8/9` are all welcome. */
function numberInput(question, id) {
  const input = h("input", {
    ...OWN_KEYS,
    type: "text",
    inputmode: "decimal",
    autocomplete: "off",
    spellcheck: "false",
    id,
    class: "lk-number",
    maxlength: "100",
  });
  const unit = question.unit ? h("span", { class: "lk-unit" }, question.unit) : "";
  return {
    element: h(
      "div",
      { class: "lk-numeric" },
      h("label", { for: id }, question.unit ? `Your answer, in ${question.unit}` : "Your answer"),
      h("span", { class: "lk-field" }, input, unit),
    ),
    read: () => input.value.trim(),
    write(answer) {
      input.value = answer ?? "";
    },
    toMessage: (answer) => ({ value: answer }),
    showReasons() {},
  };
}

/** Whether two answers are the same: both empty, the same text, or the same ticks in any order. */
const same = (a, b) => [a ?? []].flat().sort().join("\n") === [b ?? []].flat().sort().join("\n");

/** The heading of this page that a link like `01-lesson.ipynb#how-to-read-it` means, if it is here. */
function headingFor(href) {
  const slug = (text) =>
    text
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s-]/gu, "")
      .trim()
      .replace(/[\s-]+/g, "-");
  const wanted = slug(decodeURIComponent(href.split("#")[1] ?? ""));
  if (!wanted) return undefined;
  return [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")].find((h) => slug(h.textContent) === wanted);
}

function outcome(feedback, signal) {
  const box = h("div", { class: "lk-outcome", "data-tone": feedback.correct ? "right" : "open" });
  const body = h("div", { class: "lk-outcome-body" }, h("p", { class: "lk-summary" }, feedback.summary));
  for (const html of [feedback.message, feedback.explain]) if (html) body.append(prose(html));
  if (feedback.see) {
    const link = h("a", { ...OWN_KEYS, href: feedback.see.href, target: "_blank", rel: "noopener" }, feedback.see.label);
    link.addEventListener(
      "click",
      (event) => {
        const heading = headingFor(feedback.see.href);
        if (!heading) return; // another lesson: the link opens it
        event.preventDefault();
        heading.tabIndex = -1;
        heading.focus({ preventScroll: true });
        heading.scrollIntoView({ block: "start" });
      },
      { signal },
    );
    body.append(h("p", { class: "lk-see" }, "Read about it: ", link));
  }
  box.append(symbol(feedback.correct ? "check" : "arrow"), body);
  return box;
}

/** One question. Returns its element and `update(standing)`, which changes it in place. */
function createQuestion(question, standing, { id, position, ask, announce, signal }) {
  let pending = false;
  let notice = "";

  const inputs = question.kind === "numeric" ? numberInput(question, id) : choiceInputs(question, id);

  const eyebrow = h("span", { class: "lk-eyebrow" }, position);
  if (question.predict) eyebrow.append(h("span", { class: "lk-badge" }, "Predict first"));
  const fieldset = h(
    "fieldset",
    { "aria-describedby": `${id}-how` },
    h("legend", {}, eyebrow, prose(question.prompt, "lk-prompt")),
    h("p", { class: "lk-how", id: `${id}-how` }, question.how),
    inputs.element,
  );

  const check = h("button", { ...OWN_KEYS, type: "submit", class: "lk-button" });
  const hint = h("button", { ...OWN_KEYS, type: "button", class: "lk-button" });
  const reveal = h("button", { ...OWN_KEYS, type: "button", class: "lk-button" });
  const hints = h("ol", { class: "lk-hints" });
  const note = h("p", { class: "lk-notice" });
  const result = h("div", { class: "lk-result" });
  const form = h(
    "form",
    { class: "lk-question", novalidate: true, autocomplete: "off" },
    fieldset,
    hints,
    h("div", { class: "lk-actions" }, check, hint, reveal),
    note,
    result,
  );

  function draw() {
    const { feedback, attempt, revealed } = standing;
    const current = feedback !== null && same(inputs.read(), standing.answer);

    check.textContent = pending ? "Checking …" : attempt > 0 ? "Check again" : "Check answer";
    setOff(check, pending);
    check.classList.toggle("lk-primary", !(current && feedback.correct));

    const left = question.hint_count - standing.hints.length;
    hint.hidden = question.hint_count === 0;
    hint.textContent =
      left === 0 ? "All hints are shown" : `Show a hint (${standing.hints.length + 1} of ${question.hint_count})`;
    setOff(hint, left === 0);

    reveal.hidden = !standing.can_reveal && !revealed;
    reveal.textContent = revealed ? "The answer is shown" : "Show the answer";
    setOff(reveal, revealed);

    note.textContent = notice || (feedback && !current ? "You changed your answer. Check again when you are ready." : "");
    note.hidden = note.textContent === "";
    hints.hidden = standing.hints.length === 0;

    inputs.showReasons(current ? feedback.reasons : {});
    result.replaceChildren(...(current ? [outcome(feedback, signal)] : []));
    result.hidden = !current;
  }

  function drawHints() {
    for (const html of standing.hints.slice(hints.children.length)) {
      hints.append(h("li", {}, prose(html)));
    }
    while (hints.children.length > standing.hints.length) hints.lastChild.remove();
  }

  /** Send `body`; show and announce what the kernel has to say about it. */
  function send(body) {
    const say = (text, shown) => {
      pending = false;
      notice = shown ? text : "";
      draw();
      announce(`${position}: ${text}`);
    };
    ask(
      { ...body, question: question.id },
      { onReply: (reply) => say(reply.message, !reply.ok), onSilence: () => say(SILENCE, true) },
    );
  }

  form.addEventListener(
    "submit",
    (event) => {
      event.preventDefault();
      if (pending) return;
      pending = true;
      notice = "";
      draw();
      send({ type: "answer", attempt: standing.attempt, ...inputs.toMessage(inputs.read()) });
    },
    { signal },
  );
  form.addEventListener(
    "keydown",
    (event) => {
      // Browsers submit a form on Enter by themselves, but not a text field inside JupyterLab.
      if (event.key !== "Enter" || event.isComposing || !event.target.matches("input")) return;
      event.preventDefault();
      form.requestSubmit();
    },
    { signal },
  );
  form.addEventListener(
    "input",
    () => {
      notice = "";
      draw();
    },
    { signal },
  );
  hint.addEventListener("click", () => isOff(hint) || send({ type: "hint", shown: standing.hints.length }), { signal });
  reveal.addEventListener("click", () => isOff(reveal) || send({ type: "reveal" }), { signal });

  function update(next) {
    // What this view's learner is in the middle of stays; otherwise the form follows the kernel.
    const untouched = same(inputs.read(), standing.answer);
    standing = next;
    if (untouched) inputs.write(standing.answer);
    drawHints();
    draw();
  }

  inputs.write(standing.answer);
  drawHints();
  draw();
  return { element: form, update };
}

function render({ model, el }) {
  const controller = new AbortController();
  const { signal } = controller;
  const name = `lessonkit-${Date.now().toString(36)}-${++views}`;
  const ask = openLine(model, name, signal);

  const status = h("div", { class: "lk-visually-hidden", role: "status", "aria-live": "polite" });
  const announce = (text) => {
    status.textContent = "";
    requestAnimationFrame(() => (status.textContent = text)); // the same words twice are said twice
  };

  const { title, questions } = model.get("view");
  const standing = (index) => model.get("standing").questions[index];
  const several = questions.length > 1;
  const progress = h("p", { class: "lk-progress" });
  const cards = questions.map((question, index) =>
    createQuestion(question, standing(index), {
      id: `${name}-${index}`,
      position: several ? `Question ${index + 1} of ${questions.length}` : "Question",
      ask,
      announce,
      signal,
    }),
  );

  const root = h(
    "div",
    { ...OWN_KEYS, class: "lessonkit lk-quiz", role: "group", "aria-label": `Quiz: ${title}` },
    ...(several ? [h("div", { class: "lk-head" }, h("p", { class: "lk-title" }, title), progress)] : []),
    ...cards.map(({ element }) => element),
    status,
  );

  function update() {
    progress.textContent = model.get("standing").progress;
    cards.forEach((card, index) => card.update(standing(index)));
  }

  listen(model, "change:standing", update, signal);
  update();
  el.append(root);

  return () => {
    controller.abort();
    root.remove();
  };
}

export default { render };
