/** What the page's half of every widget is built from. Python joins it to the module that imports it. */

/**
 * Keeps JupyterLab and Notebook from taking the keys, so that an arrow stays in the widget. Each element that can
 * have the focus needs it: their shortcuts match the focused element before they look at its ancestors. What is no
 * key of a widget goes on to them by `passKeys`.
 */
export const OWN_KEYS = { "data-lm-suppress-shortcuts": "true" };

let dictionary = {};

/** Speak the language of a view from now on: its `words` hold the English texts of the page in that language. */
export const speak = ({ words = {} }) => (dictionary = words);

/** A text of the page in the learner's language, with its values. Python finds the texts by these calls. */
export const phrase = (english, values = {}) =>
  (dictionary[english] ?? english).replace(/\{(\w+)\}/g, (_, key) => values[key]);

let views = 0;

/** A name for one view, to build ids from: no other view on the page has it. */
const nameView = (widget) => `lessonkit-${widget}-${Date.now().toString(36)}-${++views}`;

/** Begin a view: what Python says of it, a name to build ids from, and a signal that `end` aborts. */
export function openView(model, widget) {
  const controller = new AbortController();
  return { view: model.get("view"), id: nameView(widget), signal: controller.signal, end: () => controller.abort() };
}

/** Put a view on the page, and return how it ends. */
export function showView(root, el, end) {
  el.append(root);
  return () => {
    end();
    root.remove();
  };
}

/** Set attributes (false and undefined leave one out, true gives it no value) and append children. */
export function set(element, attributes, ...children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    if (name === "style") element.style.cssText = value; // which a strict page allows, unlike the attribute
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children);
  return element;
}

/** Build an element. Strings become text nodes, so nothing passed here can be markup. */
export const h = (tag, attributes = {}, ...children) => set(document.createElement(tag), attributes, ...children);

/** The same for SVG. */
export const s = (tag, attributes = {}, ...children) =>
  set(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, ...children);

/** `model.on` until `signal` aborts, as `addEventListener` does it. */
export function listen(model, event, callback, signal) {
  model.on(event, callback);
  signal.addEventListener("abort", () => model.off(event, callback), { once: true });
}

/** Whether a key is held that makes another key a shortcut; with Enter, it runs the cell. */
export const isModified = ({ altKey, ctrlKey, metaKey, shiftKey }) => altKey || ctrlKey || metaKey || shiftKey;

/** Keys for the text of a field and for the clipboard. In a notebook they would undo cells and copy them. */
const isEditing = ({ key, shiftKey }) => /^[acvxyz]$/i.test(key) && (!shiftKey || /^z$/i.test(key));

/**
 * Hand the keys to JupyterLab and Notebook that are theirs, wherever in the widget the focus is: Ctrl (or Cmd) with a
 * character, so that Ctrl+S saves; Enter with Shift, Ctrl or Alt, which runs the cell; and Escape, which leaves the
 * widget for its cell, unless a part of the widget has used it.
 */
export function passKeys(root, signal) {
  function pass(event) {
    const around = root.parentElement?.closest(".lm-Widget");
    if (!around || event.defaultPrevented || event.isComposing || event.getModifierState("AltGraph")) return;
    const { key, ctrlKey, metaKey } = event;
    const runs = key === "Enter" && isModified(event);
    const cell = around.closest(".jp-Cell");
    if (runs || key === "Escape") cell?.focus();
    if (!runs && !((ctrlKey || metaKey) && key.length === 1 && !isEditing(event))) return;
    // Shortcuts are matched at the element that the event is sent to, so a copy is sent to one outside.
    const copy = new KeyboardEvent(event.type, event);
    if (!(cell ?? around).dispatchEvent(copy) || runs) event.preventDefault();
  }
  root.addEventListener("keydown", pass, { signal });
}
