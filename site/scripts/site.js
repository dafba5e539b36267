/** Puts the widgets into a page of the course's site. The page's own data file calls `lessonkit.lesson(data)`. */

import { createModel, openQuiz } from "./desk.js";
import { openRecord, replay } from "./record.js";

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

function lesson({ view, quizzes, explorers, words, renamed }) {
  const record = openRecord({ trouble: words.not_kept });
  let played;
  record.observe(() => (played = undefined));
  const played_ = () => (played ??= replay(record.events(), renamed));
  const manager = createManager(explorers);

  for (const place of document.querySelectorAll("[data-lk-quiz]")) {
    const { questions } = quizzes[place.dataset.lkQuiz];
    for (const { draws } of questions) {
      const { explorer } = draws[0].shown;
      if (explorer) draws[0].key.stops = () => widgets.explorer.readStops(explorers[explorer].view);
    }
    place.replaceChildren();
    const model = openQuiz({ view, questions }, { words, record, replay: played_, manager });
    widgets.quiz.render({ model, el: place });
  }
}

enliven();
globalThis.lessonkit = { lesson };
