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

import { createStatus, isOff, openLessonsHere, openLine, prose, setOff, showWidget, submitOnEnter, symbol } from "./form.js";
import { INPUTS } from "./inputs.js";
import "./kinds/*.js";
import { OWN_KEYS, h, listen, openView, passKeys } from "./page.js";

/** So many questions are drawn at once, the rest in later frames: the first can be read while they come. */
const AT_ONCE = 4;

/** How long to wait after the last key in a text field before an answer of an exam is kept, in ms. */
const PAUSE = 600;

/** Where a question stands that nothing has happened to; the kernel sends what differs. */
const FRESH = {
  hints: [],
  turn: 0,
  attempt: 0,
  answer: null,
  confidence: null,
  left: "",
  closed: false,
  revealed: false,
  can_reveal: false,
  can_draw: false,
  feedback: null,
  kept: "",
};

const SURENESS = ["guess", "fairly-sure", "certain"];

/** What is said in this quiz: the engine's words by their names, and the author's texts in their own language. */
function createVoice({ words, language }) {
  return {
    language,
    say: (name, values = {}) => words[name].replace(/\{(\w+)\}/g, (_, key) => values[key]),
    /** Words for a case: those of the kind of question if it has its own. */
    verdict: (kind, name) => words[`${kind}_${name}`] ?? words[name],
    /** Author text. */
    prose: (html, className) => prose(html, className, language),
  };
}

/** How sure the learner is: a small group of radios beside the answer, none of them chosen at first. */
function surenessInputs(id, voice, about) {
  const radios = SURENESS.map((value) => h("input", { ...OWN_KEYS, type: "radio", name: `${id}-sure`, value }));
  return {
    element: h(
      "fieldset",
      { class: "lk-sure", "aria-describedby": about },
      h("legend", {}, voice.say("sure")),
      h("span", { class: "lk-levels" }, ...radios.map((radio) => h("label", {}, radio, voice.say(radio.value)))),
    ),
    read: () => radios.find((radio) => radio.checked)?.value ?? null,
    write(value) {
      for (const radio of radios) radio.checked = radio.value === value;
    },
  };
}

/** Seconds for which a question has been in view since it was answered last; null before it was ever seen. */
function createClock(element, signal) {
  let since = null;
  const seen = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    since ??= performance.now();
    seen.disconnect();
  });
  seen.observe(element);
  signal.addEventListener("abort", () => seen.disconnect(), { once: true });
  return {
    read: () => (since === null ? null : Math.round((performance.now() - since) / 100) / 10),
    restart() {
      if (since !== null) since = performance.now();
    },
  };
}

/**
 * What waits for a kernel that may be gone: the browser keeps it until it is marked, and the form has it again when the
 * cell was run anew. Only in this tab, and only for the same numbers.
 */
function createSafe(quiz, { id, prompt }) {
  const name = `lessonkit ${quiz} ${id}`;
  const attempt = (action) => {
    try {
      return action(); // a browser may keep nothing
    } catch {
      return null;
    }
  };
  return {
    put: (given) => attempt(() => sessionStorage.setItem(name, JSON.stringify({ prompt, ...given }))),
    empty: () => attempt(() => sessionStorage.removeItem(name)),
    look() {
      const kept = attempt(() => JSON.parse(sessionStorage.getItem(name)));
      return kept?.prompt === prompt ? kept : null;
    },
  };
}

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

/** What is said of an answer as a whole; null if there is nothing that `told`, the verdict, has not said. */
function outcome(feedback, voice, signal, told) {
  const box = h("div", { class: "lk-outcome", "data-tone": feedback.correct ? "right" : "open" });
  const body = h("div", { class: "lk-outcome-body" });
  if (!told) body.append(h("p", { class: "lk-summary" }, feedback.summary));
  if (feedback.message) body.append(voice.prose(feedback.message));
  if (feedback.solution.length > 0) {
    body.append(
      h("p", {}, voice.say("solution")),
      h("ol", { class: "lk-solution" }, ...feedback.solution.map((html) => h("li", {}, voice.prose(html)))),
    );
  }
  if (feedback.explain) body.append(voice.prose(feedback.explain));
  if (feedback.see) {
    const { href, label } = feedback.see;
    const link = h("a", { ...OWN_KEYS, href, target: "_blank", rel: "noopener", ...voice.language }, label);
    link.addEventListener(
      "click",
      (event) => {
        const heading = headingFor(href);
        if (!heading) return; // another lesson: the link opens it
        event.preventDefault();
        heading.tabIndex = -1;
        heading.focus({ preventScroll: true });
        heading.scrollIntoView({ block: "start" });
      },
      { signal },
    );
    body.append(h("p", {}, `${voice.say("read")} `, link));
  }
  if (!body.hasChildNodes()) return null;
  box.append(...(told ? [] : [symbol(feedback.correct ? "check" : "arrow")]), body);
  return box;
}

/**
 * One question. Returns its element, `update(standing)`, which changes it in place, and `keep()`, which sends an
 * answer of an exam that is not yet kept.
 */
function createQuestion(question, standing, { id, position, view, voice, ask, announce, goOn, manager, signal }) {
  const { say, prose } = voice;
  let pending = false;
  let notice = "";
  let wait = 0;

  const inputs = INPUTS[question.kind](question, id, voice, { announce, manager, signal });
  const sure = view.confidence ? surenessInputs(id, voice, `${id}-at`) : undefined;

  const eyebrow = h("span", { class: "lk-eyebrow", id: `${id}-at` }, position);
  if (question.from) eyebrow.append(h("span", voice.language, question.from));
  if (question.predict) eyebrow.append(h("span", { class: "lk-badge" }, say("predict")));
  const fieldset = h(
    "fieldset",
    { "aria-describedby": `${id}-how` },
    h("legend", {}, eyebrow, prose(question.prompt, "lk-prompt")),
    // That radios take one choice, everybody sees, so the kernel does not say how.
    h("p", { class: question.how ? "lk-how" : "lk-visually-hidden", id: `${id}-how` }, question.how ?? say("choose_one")),
    inputs.element,
  );

  const button = (type) => h("button", { ...OWN_KEYS, type, class: "lk-button", "aria-describedby": `${id}-at` });
  const check = button("submit");
  const hint = button("button");
  const reveal = button("button");
  const another = button("button");
  another.textContent = say("another");
  const left = h("span", { class: "lk-left-over" });
  const hints = h("ol", { class: "lk-hints", role: "list" });
  const note = h("p", { class: "lk-notice" });
  const result = h("div");
  const buttons = view.exam ? [] : [check, hint, reveal, another, left];
  const actions = [...(sure ? [sure.element] : []), ...buttons];
  const form = h(
    "form",
    { class: "lk-question", novalidate: true, autocomplete: "off" },
    fieldset,
    result,
    hints,
    ...(actions.length > 0 ? [h("div", { class: "lk-actions" }, ...actions)] : []),
    note,
  );
  const clock = createClock(form, signal);
  const safe = createSafe(view.title, question);
  const put = () => safe.put({ answer: inputs.read(), confidence: sure?.read() ?? null });

  const isMarked = () => standing.feedback !== null && inputs.key(inputs.read()) === inputs.key(standing.answer);
  /** Whether there is nothing left to do here but to go on. */
  const isOver = () => !view.exam && isMarked() && (standing.feedback.correct || standing.closed || standing.revealed);
  const whereNext = () => (isOver() ? goOn.words() : undefined);
  let onward; // what the button says of it
  const isKept = () =>
    inputs.key(inputs.read()) === inputs.key(standing.answer) && (sure?.read() ?? null) === standing.confidence;

  function writeAll() {
    inputs.write(standing.answer);
    sure?.write(standing.confidence);
  }

  /** What to say of an answer that has no feedback beside it. */
  function state(current) {
    if (view.exam) return isKept() ? standing.kept : "";
    return standing.feedback && !current ? say("changed") : "";
  }

  function draw() {
    const { feedback, attempt, revealed, closed } = standing;
    const current = isMarked();

    onward = whereNext();
    check.textContent = say(pending ? "checking" : (onward ?? (attempt > 0 ? "again" : "check")));
    setOff(check, pending || (closed && !onward));
    check.classList.toggle("lk-primary", Boolean(onward) || !(closed || (current && feedback.correct)));

    const total = question.hint_count ?? 0;
    const unseen = total - standing.hints.length;
    hint.hidden = total === 0 || (current && feedback.correct);
    hint.textContent =
      unseen === 0 ? say("hints_shown") : say("hint", { n: standing.hints.length + 1, total });
    setOff(hint, unseen === 0);

    reveal.hidden = !standing.can_reveal && !revealed;
    reveal.textContent = say(revealed ? "revealed" : "reveal");
    setOff(reveal, revealed);

    another.hidden = !standing.can_draw;
    left.textContent = standing.left;

    // What is closed stays in reach of the keyboard and the screen reader, but changes no more.
    for (const part of [fieldset, sure?.element].filter(Boolean)) setOff(part, closed);
    inputs.setClosed?.(closed);

    note.textContent = notice || state(current);
    note.hidden = note.textContent === "";
    hints.hidden = standing.hints.length === 0;

    inputs.showReasons(current ? feedback.reasons : {}, feedback?.summary);
    const told = current && inputs.showsVerdict?.(feedback.reasons);
    const said = current ? outcome(feedback, voice, signal, told) : null;
    result.replaceChildren(...(said ? [said] : []));
    result.hidden = !said;
  }

  function drawHints() {
    for (const html of standing.hints.slice(hints.children.length)) {
      const label = say("hint_label", { n: hints.children.length + 1 });
      hints.append(h("li", {}, h("span", { class: "lk-hint-label" }, label), prose(html)));
    }
    while (hints.children.length > standing.hints.length) hints.lastChild.remove();
  }

  /** Send `body`; show and announce what the kernel has to say about it. */
  function send(body) {
    const tell = (text, shown) => {
      pending = false;
      notice = shown ? text : "";
      draw();
      announce(`${position}: ${text}`);
    };
    ask(
      { ...body, question: question.id },
      {
        onReply(reply) {
          if (body.type === "answer") safe.empty();
          tell(reply.message, !reply.ok);
        },
        onSilence() {
          if (body.type === "answer") put();
          tell(say("silence"), true);
        },
      },
    );
  }

  /** What the form says, as a message. */
  function given() {
    const answer = inputs.read();
    const open = view.exam && inputs.key(answer) === inputs.key(null);
    const message = {
      turn: standing.turn,
      answer: open ? null : (inputs.toMessage?.(answer) ?? answer),
      confidence: sure?.read() ?? null,
      seconds: clock.read(),
    };
    clock.restart();
    return message;
  }

  function keep() {
    clearTimeout(wait);
    if (!view.exam || standing.closed || isKept()) return;
    const tell = (text) => {
      notice = text;
      draw();
    };
    ask(
      { type: "draft", question: question.id, ...given() },
      {
        onReply(reply) {
          safe.empty();
          tell(reply.ok ? "" : reply.message);
          if (inputs.isRead) announce(`${position}: ${reply.message}`); // how it was read
        },
        onSilence() {
          put();
          tell(say("silence"));
          announce(`${position}: ${say("silence")}`);
        },
      },
    );
  }

  form.addEventListener(
    "submit",
    (event) => {
      event.preventDefault();
      if (event.target !== form) return; // the explorer has a form of its own
      if (view.exam) return keep();
      if (isOver() && goOn.words()) return goOn.go();
      if (pending || standing.closed) return;
      pending = true;
      notice = "";
      draw();
      send({ type: "answer", ...given() });
    },
    { signal },
  );
  submitOnEnter(form, signal);
  form.addEventListener(
    "input",
    (event) => {
      notice = "";
      if (standing.closed) {
        writeAll();
      } else if (view.exam) {
        clearTimeout(wait);
        wait = setTimeout(keep, event.target.closest(".lk-number, .lk-place") ? PAUSE : 0);
      } else if (standing.feedback && sure && !sure.element.contains(event.target)) {
        sure.write(isMarked() ? standing.confidence : null); // how sure one is belongs to one answer
      }
      draw();
    },
    { signal },
  );
  form.addEventListener("change", () => keep(), { signal });
  hint.addEventListener("click", () => isOff(hint) || send({ type: "hint", shown: standing.hints.length }), { signal });
  reveal.addEventListener("click", () => isOff(reveal) || send({ type: "reveal" }), { signal });
  another.addEventListener("click", () => send({ type: "another", turn: standing.turn }), { signal });
  signal.addEventListener("abort", () => clearTimeout(wait), { once: true });

  function update(next) {
    if (JSON.stringify(next) === JSON.stringify(standing)) return; // most of a long quiz
    // What this view's learner is in the middle of stays; otherwise the form follows the kernel.
    const untouched = isKept() && !pending; // with a reply on the way, what is in the form is newer
    standing = next;
    if (standing.feedback) safe.empty();
    if (untouched) writeAll();
    drawHints();
    draw();
  }

  writeAll();
  const waiting = standing.feedback ? null : safe.look();
  if (waiting) {
    inputs.write(waiting.answer);
    sure?.write(waiting.confidence);
    notice = say("unsent");
    if (view.exam) wait = setTimeout(keep);
  }
  drawHints();
  draw();
  const focus = () => inputs.element.querySelector("input, select, button")?.focus({ preventScroll: true });
  function show() {
    form.scrollIntoView({ block: "start" });
    focus();
  }
  /** Where to go on changes with the other questions. */
  function follow() {
    if (onward !== whereNext()) draw();
  }
  return { element: form, update, keep, focus, show, follow, drawn: question.draw };
}

/** What is said of a step, by how its question stands. */
const STEPS = {
  open: "step_open",
  kept: "step_kept",
  right: "step_right",
  later: "step_later",
  slip: "step_slip",
};

/** How a question stands, for a learner who looks at all of them. */
function stateOf({ feedback, attempt, answer }, isExam) {
  if (feedback) return !feedback.correct ? "slip" : attempt === 1 || isExam ? "right" : "later";
  return isExam && answer !== null ? "kept" : "open";
}

/** One step for each question: where it stands, and the way to it. */
function createSteps(questions, { say, position, show }) {
  const steps = questions.map((question, index) => {
    const button = h("button", { ...OWN_KEYS, type: "button", class: "lk-step-button" });
    button.addEventListener("click", () => show(index));
    return button;
  });
  return {
    element: h("ol", { class: "lk-steps", role: "list" }, ...steps.map((step) => h("li", {}, step))),
    update(states) {
      steps.forEach((step, index) => {
        if (step.dataset.state === states[index]) return;
        step.dataset.state = states[index];
        step.title = `${position(index)}: ${say(STEPS[states[index]])}`;
        step.setAttribute("aria-label", step.title);
      });
    },
  };
}

/** A question asked in the page itself: a dialog of the browser would hold up the whole notebook. */
function createConfirmation(id, signal) {
  let opener;
  let onYes;
  const text = h("p", { id });
  const yes = h("button", { ...OWN_KEYS, type: "button", class: "lk-button" });
  const no = h("button", { ...OWN_KEYS, type: "button", class: "lk-button lk-primary" }); // what costs nothing
  const element = h(
    "div",
    { class: "lk-confirm", role: "group", "aria-labelledby": id, hidden: true },
    text,
    h("div", { class: "lk-actions" }, no, yes),
  );
  function close() {
    element.hidden = true;
    opener.focus();
  }
  no.addEventListener("click", close, { signal });
  yes.addEventListener(
    "click",
    () => {
      close();
      onYes();
    },
    { signal },
  );
  element.addEventListener(
    "keydown",
    (event) => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      close();
    },
    { signal },
  );
  return {
    element,
    open(from, words, then) {
      opener = from;
      onYes = then;
      [text.textContent, yes.textContent, no.textContent] = words;
      element.hidden = false;
      no.focus();
    },
  };
}

/**
 * What is due from earlier lessons, above the questions of this one: a line, and a button that unfolds the review.
 * It comes after the quiz is drawn, and only when there is something due.
 */
function createEarlier(id, { ask, say, manager, signal }) {
  const line = h("p", { class: "lk-earlier-line" });
  const button = h("button", { ...OWN_KEYS, type: "button", class: "lk-button", "aria-controls": id }, say("review_now"));
  const place = h("div", { class: "lk-place", id, hidden: true });
  const element = h(
    "section",
    { class: "lk-earlier", "aria-label": say("earlier"), hidden: true },
    h("div", { class: "lk-actions" }, line, button),
    place,
  );

  function unfold(open) {
    place.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
    button.textContent = say(open ? "review_hide" : "review_now");
  }
  async function show(found) {
    await showWidget(found, place, manager, signal);
    unfold(true);
  }
  const send = (open, onReply) =>
    ask({ type: "earlier", open }, { onReply, onSilence: () => open && (line.textContent = say("silence")) });

  unfold(false);
  button.addEventListener(
    "click",
    () => {
      if (place.hasChildNodes()) unfold(place.hidden);
      else send(true, (reply) => (reply.review ? show(reply.review) : (element.hidden = true)));
    },
    { signal },
  );
  return {
    element,
    look() {
      send(false, ({ ok, message }) => {
        element.hidden = !ok || message === "";
        line.textContent = message;
      });
    },
  };
}

/** The level of a heading at this place: one below the heading above it. */
function levelAt(place) {
  const isAbove = (h) => h.compareDocumentPosition(place) & Node.DOCUMENT_POSITION_FOLLOWING;
  const above = [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")].filter(isAbove).at(-1);
  return Math.min(Number(above?.tagName[1] ?? 1) + 1, 6);
}

function render({ model, el }) {
  const { view, id: name, signal, end: leave } = openView(model, "quiz");
  const ask = openLine(model, name, signal);
  const voice = createVoice(view);
  const { say } = voice;
  const standing = () => model.get("standing");
  const standingOf = (index) => ({ ...FRESH, ...standing().questions[index] });

  const status = createStatus();
  const trouble = h("p", { class: "lk-notice lk-trouble", hidden: true });
  let untold = "";
  const announce = (text) => {
    status.announce(untold ? `${text} ${untold}` : text);
    untold = "";
  };

  const progress = h("p", { class: "lk-progress" });
  const total = view.questions.length;
  const position = (index) => say(total > 1 ? "position" : "alone", { n: index + 1, total });
  const createCard = (question, index) => {
    const own = new AbortController();
    const card = createQuestion(question, standingOf(index), {
      id: `${name}-${index}`,
      position: position(index),
      view,
      voice,
      ask,
      announce,
      goOn: { words: () => onward(index), go: () => goOn(index) },
      manager: model.widget_manager,
      signal: AbortSignal.any([signal, own.signal]),
    });
    return { ...card, close: () => own.abort() };
  };
  const states = () => view.questions.map((_, index) => stateOf(standingOf(index), view.exam));

  /** The open question that comes after this one; -1 if there is none. */
  function nextOpen(index) {
    const open = (_, at) => at !== index && stateOf(standingOf(at), view.exam) === "open";
    const after = view.questions.findIndex((question, at) => at > index && open(question, at));
    return after < 0 ? view.questions.findIndex(open) : after;
  }
  /** What the button of a question that is over says; undefined where there is nowhere to go. */
  function onward(index) {
    if (view.questions.length === 1) return undefined;
    return nextOpen(index) < 0 ? "to_end" : "next";
  }
  function goOn(index) {
    const next = nextOpen(index);
    if (next >= 0) return show(next);
    end.scrollIntoView({ block: "nearest" });
    end.focus({ preventScroll: true });
  }
  function show(index) {
    while (cards.length <= index) drawNext();
    cards[index].show();
  }

  const steps = createSteps(view.questions, { say, position, show });
  const end = h("section", { ...OWN_KEYS, class: "lk-end", tabindex: "-1", "aria-label": say("end"), hidden: true });
  function drawEnd() {
    const all = states();
    const over = !view.exam && all.length > 1 && !all.includes("open");
    const held = end.contains(focused()) || end === focused();
    end.hidden = !over;
    if (!over) return held && cards[0].focus();
    const again = [...all.keys()].filter((index) => all[index] !== "right");
    const buttons = again.map((index) => {
      const first = index === again[0] ? " lk-primary" : "";
      const button = h("button", { ...OWN_KEYS, type: "button", class: `lk-button${first}` }, position(index));
      button.addEventListener("click", () => show(index));
      return button;
    });
    end.dataset.tone = buttons.length > 0 ? "open" : "right";
    end.replaceChildren(
      h("p", { class: "lk-end-title" }, symbol(buttons.length > 0 ? "arrow" : "check"), say("end")),
      h("p", {}, standing().progress),
      ...(buttons.length > 0 ? [h("div", { class: "lk-actions" }, h("span", {}, say("look_again_at")), ...buttons)] : []),
    );
    if (held) end.focus({ preventScroll: true });
  }

  const cards = [];

  const confirmation = createConfirmation(`${name}-confirm`, signal);
  const last = h("button", { ...OWN_KEYS, type: "button", class: "lk-button" });
  const told = h("p", { class: "lk-notice", hidden: true });
  const foot = h("div", { class: "lk-foot", hidden: true }, h("div", { class: "lk-actions" }, last), confirmation.element, told);

  const eyebrow = view.exam ? [h("span", { class: "lk-badge" }, say("exam"))] : [];
  const inLanguage = view.review ? {} : voice.language; // that of a review is the engine's
  const title = h("p", { class: "lk-title", role: "heading", "aria-level": "2" }, h("span", inLanguage, view.title), " ", ...eyebrow);
  const earlier = createEarlier(`${name}-earlier`, { ask, say, manager: model.widget_manager, signal });
  const root = h(
    "div",
    {
      ...OWN_KEYS,
      ...view.own_language,
      class: "lessonkit lk-quiz",
      role: "group",
      "aria-label": say("quiz", { title: view.title }),
    },
    ...(view.questions.length > 1 || view.exam || view.review
      ? [h("div", { class: "lk-head" }, title, progress, ...(view.questions.length > 1 ? [steps.element] : []))]
      : []),
    trouble,
    earlier.element,
    end,
    foot,
    status.element,
  );
  function drawNext() {
    const card = createCard(model.get("view").questions[cards.length], cards.length);
    cards.push(card);
    end.before(card.element);
  }
  while (cards.length < Math.min(AT_ONCE, view.questions.length)) drawNext();

  const focused = () => root.getRootNode().activeElement;

  function update() {
    const { notice, submitted, can_start_over } = standing();
    if (notice && trouble.textContent !== notice) untold = notice;
    trouble.textContent = notice;
    trouble.hidden = !notice;
    progress.textContent = standing().progress;
    last.textContent = say(view.exam ? (submitted ? "handed_in" : "hand_in") : "start_over");
    last.classList.toggle("lk-primary", view.exam && !submitted);
    setOff(last, submitted);
    redraw(); // first, while what has the focus is still there
    cards.forEach((card, index) => card.update(standingOf(index)));
    cards.forEach((card) => card.follow());
    steps.update(states());
    drawEnd();
    const held = foot.contains(focused());
    foot.hidden = !view.exam && !can_start_over;
    if (held && foot.hidden) cards[0].focus();
  }

  /** Show anew what was drawn anew; the focus stays in the question. */
  function redraw() {
    const { questions } = model.get("view");
    cards.forEach((before, index) => {
      const question = questions[index];
      if (question.draw === before.drawn) return;
      const held = before.element.contains(focused());
      cards[index] = createCard(question, index);
      before.element.replaceWith(cards[index].element);
      before.close();
      if (held) cards[index].focus();
    });
  }

  function send(body, onRefusal) {
    const tell = (text) => {
      told.textContent = text;
      told.hidden = false;
      announce(text);
    };
    told.hidden = true;
    ask(body, {
      onReply(reply) {
        if (reply.ok) announce(reply.message);
        else (onRefusal ?? tell)(reply.message);
      },
      onSilence: () => tell(say("silence")),
    });
  }

  function handIn() {
    for (const card of cards) card.keep();
    send({ type: "submit", warned: 0 }, (message) =>
      confirmation.open(last, [message, say("hand_in_anyway"), say("keep_on")], () =>
        send({ type: "submit", warned: standing().unanswered }),
      ),
    );
  }

  function startOver() {
    confirmation.open(last, [say("start_over_ask"), say("start_over_sure"), say("keep_answers")], () =>
      send({ type: "reset" }),
    );
  }

  openLessonsHere(root, model.widget_manager, signal);
  last.addEventListener("click", () => isOff(last) || (view.exam ? handIn() : startOver()), { signal });

  listen(model, "change:view", redraw, signal);
  listen(model, "change:standing", update, signal);
  update();
  passKeys(root, signal);
  el.append(root);

  function drawRest() {
    title.setAttribute("aria-level", levelAt(root)); // which is in the page by now
    const upTo = Math.min(cards.length + AT_ONCE, view.questions.length);
    const isMore = cards.length < upTo;
    while (cards.length < upTo) drawNext();
    if (signal.aborted) return;
    if (isMore) setTimeout(drawRest);
    else if (view.looks_back) earlier.look();
  }
  requestAnimationFrame(() => setTimeout(drawRest)); // after the first frame

  return () => {
    leave();
    root.remove();
  };
}

export default { render };
