/** What the pages that a command serves share: they ask by POST, follow a stream, and hold the models of widgets. */

import { h } from "./page.js";

export const find = (id) => document.getElementById(id);

/** Ask the server; what it refuses comes back with `ok` false and a message. Throws without a connection. */
export async function ask(path, body = {}) {
  const reply = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  return { ...(await reply.json()), status: reply.status };
}

/** Show each state that the server sends, and return what stops it. The browser connects again by itself; `ended` says that it cannot. */
export function follow(path, show, ended = () => {}) {
  const source = new EventSource(path);
  const lost = find("lost");
  const stop = () => {
    source.close();
    ended();
  };
  source.addEventListener("message", (event) => {
    lost.hidden = true;
    show(JSON.parse(event.data));
  });
  source.addEventListener("gone", stop);
  source.addEventListener("error", () => {
    lost.hidden = false;
    if (source.readyState === EventSource.CLOSED) stop();
  });
  return () => source.close();
}

/** A model as a widget knows it: traits, events, and `send`. */
export function createModel(traits, send = () => {}) {
  const heard = new Map();
  return {
    get: (name) => traits[name],
    set: (name, value) => void (traits[name] = value),
    save_changes() {},
    send,
    on: (event, callback) => heard.set(event, [...(heard.get(event) ?? []), callback]),
    off: (event, callback) => heard.set(event, (heard.get(event) ?? []).filter((one) => one !== callback)),
    tell: (event, ...values) => (heard.get(event) ?? []).forEach((callback) => callback(...values)),
  };
}

/** What the server has at `path`, once it can be reached. Stays open forever if it has nothing there any more. */
async function fetchTraits(path) {
  for (;;) {
    try {
      const reply = await fetch(path);
      find("lost").hidden = true;
      if (reply.ok) return await reply.json();
      return new Promise(() => {}); // the question is gone: the next state replaces it
    } catch {
      find("lost").hidden = false;
      await new Promise((done) => setTimeout(done, 1000));
    }
  }
}

/** What a quiz asks for an explorer, a widget of its own; `address(name)` says where its traits are. */
export const createManager = (address) => ({
  async get_model(name) {
    const traits = await fetchTraits(address(name));
    const model = createModel(traits);
    model.set = (trait, value) => {
      traits[trait] = value;
      model.tell(`change:${trait}`);
    };
    return model;
  },
  async create_view(model) {
    const { default: explorer } = await import("./explorer.js");
    const el = h("div", {});
    return { el, remove: explorer.render({ model, el }) };
  },
});
