/** What the widgets share that ask the kernel and show what it says. */

import { h, listen, s } from "./page.js";

/** How long to wait before telling the learner that nobody has replied, in ms. */
const PATIENCE = 10_000;

/** Paths in a 16 × 16 box, drawn with a round pen. */
const SYMBOLS = {
  check: "M3.5 8.5 6.5 11.5 12.5 4.5",
  cross: "M4 4 12 12M12 4 4 12",
  arrow: "M2.5 8H13M9 4 13 8 9 12",
  dash: "M4 8H12",
  up: "M8 13V3.5M4 7.5 8 3.5 12 7.5",
  down: "M8 3V12.5M4 8.5 8 12.5 12 8.5",
  grip: "M6 4v.01M10 4v.01M6 8v.01M10 8v.01M6 12v.01M10 12v.01",
};

export function symbol(name) {
  const attributes = { viewBox: "0 0 16 16", class: "lk-symbol", "aria-hidden": "true", "data-picture": name };
  return s("svg", attributes, s("path", { d: SYMBOLS[name] }));
}

/** Code and tables too wide for the page scroll; while they do, the keyboard must be able to reach them. */
const scrollers = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    if (target.scrollWidth > target.clientWidth) target.setAttribute("tabindex", "0");
    else target.removeAttribute("tabindex");
  }
});

/** Text as HTML. It was made safe in Python (`questions.markup.to_html`), and only such text may come here. */
export function prose(html, className = "", attributes = {}) {
  const element = h("div", { class: `lk-prose ${className}`.trim(), ...attributes });
  element.innerHTML = html;
  for (const wide of element.querySelectorAll("pre, table, math[display='block']")) {
    wide.dataset.lmSuppressShortcuts = "true"; // as OWN_KEYS
    scrollers.observe(wide);
  }
  return element;
}

/**
 * In JupyterLab, links to lessons open beside this one, at their heading, as links of a lesson's own text do.
 * Elsewhere they open in a tab of their own.
 */
export function openLessonsHere(root, manager, signal) {
  const wired = new WeakSet();
  root.addEventListener(
    "click",
    (event) => {
      const link = event.target.closest("a[href*='.ipynb']");
      const handler = manager?.rendermime?.linkHandler;
      if (!link || !handler || wired.has(link)) return;
      wired.add(link);
      const [lesson, heading] = decodeURIComponent(link.getAttribute("href")).split("#");
      const folder = manager.context.path.replace(/[^/]*$/, "");
      handler.handleLink(link, folder + lesson, heading ? `#${heading}` : "");
      if (heading) link.addEventListener("click", () => goToHeading(folder + lesson, heading), { signal });
    },
    { capture: true, signal }, // before the link itself hears of the click
  );
}

/** JupyterLab does not go to a heading of a notebook that it has just opened, so wait for it and go there. */
function goToHeading(path, heading) {
  const wanted = `.jp-NotebookPanel:not(.lm-mod-hidden) [data-jupyter-id="${CSS.escape(heading)}"]`;
  let tries = 200; // half a minute: a long lesson opens slowly on a small machine
  let settled = 0;
  const timer = setInterval(() => {
    tries -= 1;
    const open = decodeURIComponent(location.pathname).endsWith(`/${path}`);
    const there = open ? document.querySelector(wanted) : null;
    if (there) {
      tries = Math.min(tries, 40);
      // Cells above it are drawn only now, and push it down again.
      const { top } = there.getBoundingClientRect();
      if (top >= 0 && top < innerHeight / 2) settled += 1;
      else there.scrollIntoView({ block: "start" });
    }
    if (settled === 3 || tries <= 0) clearInterval(timer);
  }, 150);
}

/** Show the widget that the kernel calls `name` in `place`, until `signal` aborts. */
export async function showWidget(name, place, manager, signal) {
  const view = await manager.create_view(await manager.get_model(name));
  if (signal.aborted) return view.remove();
  signal.addEventListener("abort", () => view.remove(), { once: true });
  place.replaceChildren(view.el);
}

/** A button that can be switched off and keep the focus, which `disabled` would drop. */
export function setOff(button, off) {
  if (off) button.setAttribute("aria-disabled", "true");
  else button.removeAttribute("aria-disabled");
}

export const isOff = (button) => button.getAttribute("aria-disabled") === "true";

/** Browsers submit a form on Enter by themselves, but not from a field inside JupyterLab. */
export function submitOnEnter(form, signal) {
  form.addEventListener(
    "keydown",
    (event) => {
      if (event.key !== "Enter" || event.isComposing || event.defaultPrevented || !event.target.matches("input")) return;
      if (event.shiftKey || event.ctrlKey || event.metaKey || event.altKey) return; // these run the cell
      event.preventDefault();
      form.requestSubmit();
    },
    { signal },
  );
}

/** What a screen reader says and nobody sees: `element`, and `announce(text)`. */
export function createStatus() {
  const element = h("div", { class: "lk-visually-hidden", role: "status", "aria-live": "polite" });
  return {
    element,
    announce(text) {
      element.textContent = "";
      requestAnimationFrame(() => (element.textContent = text)); // the same words twice are said twice
    },
  };
}

/**
 * Ask the kernel. Returns `ask(body, { onReply, onSilence })`.
 *
 * Every request carries a name of its own, which the reply repeats: several views may share one model, and each
 * hears all replies. A reply later than `PATIENCE` is still delivered.
 */
export function openLine(model, name, signal) {
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
