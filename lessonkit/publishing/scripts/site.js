/** Puts the widgets into a page of the course's site. The page's own data file calls `lessonkit.lesson(data)`. */

import { openBoard } from "./board.js";
import { createModel, openQuiz } from "./desk.js";
import { openSketch } from "./draw.js";
import { openRecord, replay } from "./record.js";
import { reviews } from "./schedule.js";

/** Widgets that need no kernel: their data stands in the page, and all pages share their scripts. */
function enliven() {
  for (const data of document.querySelectorAll("script[data-lk-living]")) {
    const [view, state] = JSON.parse(data.textContent);
    widgets[data.dataset.lkLiving].revive(data.dataset.lkKey, view, state, "");
  }
}

/** What a quiz asks of JupyterLab: the explorers that its questions are answered on. */
const createManager = (explorers) => ({
  get_model: async (name) => createModel({ ...explorers[name] }),
  create_view: async (model) => {
    const el = document.createElement("div");
    const close = widgets.explorer.render({ model, el });
    const remove = () => {
      close?.();
      el.remove();
    };
    return { el, remove };
  },
});

function lesson({ view, quizzes, explorers, sketches }) {
  const record = openRecord({ trouble: kit.words.not_kept });
  let cache;
  record.observe(() => (cache = undefined));
  const played = () => (cache ??= replay(record.events(), kit.course));
  const isDue = (lesson, id) =>
    reviews(played(), kit.course).due.some((one) => one.lesson === lesson && one.id === id);
  const manager = createManager(explorers);
  const open = (place, widget, model) => {
    place.replaceChildren();
    widgets[widget].render({ model, el: place });
  };

  for (const place of document.querySelectorAll("[data-lk-quiz]")) {
    const { questions } = quizzes[place.dataset.lkQuiz];
    for (const { draws } of questions) {
      const { explorer } = draws[0].shown;
      if (explorer) draws[0].key.stops = () => widgets.explorer.readStops(explorers[explorer].view);
    }
    open(place, "quiz", openQuiz({ view, questions }, { words: kit.words, record, replay: played, isDue, manager }));
  }
  for (const place of document.querySelectorAll("[data-lk-sketch]")) {
    open(place, "sketch", openSketch(sketches[place.dataset.lkSketch], kit.sketch));
  }
  for (const place of document.querySelectorAll("[data-lk-board]")) {
    open(place, "board", openBoard(kit.board, kit.course, record));
  }
}

enliven();
globalThis.lessonkit = { lesson };
