/** What the page's half of every widget is built from. Python joins it to the module that imports it. */

/**
 * Keeps JupyterLab and Notebook from taking the keys, so that an arrow stays in the widget. Each element that can
 * have the focus needs it: their shortcuts match the focused element before they look at its ancestors.
 */
export const OWN_KEYS = { "data-lm-suppress-shortcuts": "true" };

let views = 0;

/** A name for one view, to build ids from: no other view on the page has it. */
export const nameView = (widget) => `lessonkit-${widget}-${Date.now().toString(36)}-${++views}`;

/** Set attributes (false and undefined leave one out, true gives it no value) and append children. */
export function set(element, attributes, ...children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
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
