/** Questions whose answer is an order: a list to be put in order, by two buttons beside each item or by dragging. */

import { isOff, setOff, symbol } from "../form.js";
import { INPUTS, createRow } from "../inputs.js";
import { OWN_KEYS, h } from "../page.js";

INPUTS.order = orderInputs;

/**
 * To move an item its neighbor is taken to the other side. So the item itself never leaves the page, and keeps the
 * focus and the pointer.
 */
function orderInputs(question, id, voice, { announce }) {
  const start = question.items.map((item) => item.id);
  const rows = question.items.map((item, index) => {
    const text = voice.prose(item.html);
    const button = (direction) => {
      const label = `${voice.say(direction)}: ${item.text.slice(0, 200)}`;
      const attributes = { ...OWN_KEYS, type: "button", class: "lk-button lk-move", "aria-label": label };
      return h("button", attributes, symbol(direction));
    };
    const grip = h("span", { class: "lk-grip", "aria-hidden": "true" }, symbol("grip"));
    const [up, down] = [button("up"), button("down")];
    const line = h("div", { ...voice.language, class: "lk-line" }, grip, text, h("span", { class: "lk-moves" }, up, down));
    const row = createRow("order", `${id}-reason-${index}`, "lk-item", voice, line);
    return { id: item.id, words: item.text, up, down, line, grip, ...row };
  });
  const list = h("ol", { class: "lk-choices lk-order", role: "list" }, ...rows.map(({ element }) => element));
  const byElement = new Map(rows.map((row) => [row.element, row]));
  const inOrder = () => [...list.children].map((element) => byElement.get(element));
  let closed = false;

  function settle() {
    inOrder().forEach((row, index) => {
      setOff(row.up, closed || index === 0);
      setOff(row.down, closed || index === rows.length - 1);
    });
  }
  function move(row, up) {
    if (up) row.element.after(row.element.previousElementSibling);
    else row.element.before(row.element.nextElementSibling);
    settle();
  }
  function tell(row) {
    list.dispatchEvent(new Event("input", { bubbles: true }));
    const n = inOrder().indexOf(row) + 1;
    announce(voice.say("moved", { item: row.words, n, total: rows.length }));
  }

  for (const row of rows) {
    for (const [button, up] of [[row.up, true], [row.down, false]]) {
      button.addEventListener("click", () => {
        if (isOff(button)) return;
        move(row, up);
        tell(row);
      });
    }
    let before = "";
    row.line.addEventListener("pointerdown", (event) => {
      // A finger on the text scrolls the page; on the grip it drags.
      const held = row.grip.contains(event.target) || event.pointerType === "mouse";
      if (!held || event.button !== 0 || event.target.closest("button, a") || closed) return;
      event.preventDefault();
      before = inOrder().map(({ id }) => id).join("\n");
      row.line.setPointerCapture(event.pointerId);
      row.element.classList.add("lk-held");
    });
    row.line.addEventListener("pointermove", (event) => {
      if (!row.line.hasPointerCapture(event.pointerId)) return;
      const middle = (element) => {
        const { top, height } = element.getBoundingClientRect();
        return top + height / 2;
      };
      for (;;) {
        const { previousElementSibling: previous, nextElementSibling: next } = row.element;
        if (previous && event.clientY < middle(previous)) move(row, true);
        else if (next && event.clientY > middle(next)) move(row, false);
        else break;
      }
    });
    row.line.addEventListener("lostpointercapture", () => {
      row.element.classList.remove("lk-held");
      if (before !== inOrder().map(({ id }) => id).join("\n")) tell(row);
    });
  }

  return {
    element: list,
    read: () => inOrder().map((row) => row.id),
    write(answer) {
      const place = new Map((answer ?? start).map((item, index) => [item, index]));
      const sorted = inOrder().sort((a, b) => place.get(a.id) - place.get(b.id));
      if (sorted.some((row, index) => row.element !== list.children[index])) {
        list.append(...sorted.map(({ element }) => element));
      }
      settle();
    },
    setClosed(value) {
      closed = value;
      settle();
    },
    key: (answer) => (answer ?? start).join("\n"),
    showReasons: (reasons) => rows.forEach((row) => row.show(reasons[row.id])),
  };
}

// The rest is for a page without a kernel, which marks answers itself.

import { MARKING, caseOf, part } from "../marking.js";

MARKING.order = {
  keep: (key, given) => [...given],
  fits: (key, answer) =>
    Array.isArray(answer) && [...answer].sort().join("\n") === key.items.map(({ id }) => id).sort().join("\n"),
  mark: markOrder,
  howFar: part("stand"),
  reasons: (key, answer, given, everything) =>
    given.items.map(({ id, right, html }) => [id, { case: caseOf(true, right), html: everything ? html : "" }]),
  solution: (key) => key.items.map(({ text }) => text),
};

function markOrder(key, answer) {
  const places = answer.map((id) => key.items.findIndex((item) => item.id === id));
  let swapped = 0;
  places.forEach((one, index) => (swapped += places.slice(index + 1).filter((two) => one > two).length));
  const most = (places.length * (places.length - 1)) / 2;
  const run = longestRun(places);
  const met = key.mistakes.find(({ order }) => order.join("\n") === answer.join("\n"));
  return {
    correct: swapped === 0,
    credit: Math.max(0, (most - 2 * swapped) / most),
    items: answer.map((id, index) => ({ id, right: run.includes(places[index]), html: key.items[places[index]].html })),
    well: run.length,
    total: places.length,
    message: met?.html ?? "",
  };
}

/** The longest rising part; of several as long, the one that ends first. */
function longestRun(places) {
  const longest = (runs) => runs.reduce((best, run) => (run.length > best.length ? run : best), []);
  const best = [];
  for (const place of places) best.push([...longest(best.filter((run) => run.at(-1) < place)), place]);
  return longest(best);
}
