/**
 * A learner's page: the notebook's own quiz behind a thin shim. The quiz thinks that it talks to a kernel; what it
 * sends goes to the class as a vote, and what the class says comes back as its traits.
 */

import { ask, bars, createManager, createModel, find, follow, h, moved } from "./common.js";
import quiz from "./quiz.js";

const RETRY = 1000; // ms after which a vote is sent again without a connection

const SAID = {
  lobby: "You are in. Wait for the question.",
  open: "Answer on your own. You can change your answer until the vote closes.",
  again: "Vote again. The form is empty, so answer as you see it now.",
  closed: "The vote is closed. Your teacher goes on from here.",
  discuss: "Talk to somebody who chose otherwise. Then everybody votes again.",
  bars: "This is what the room said.",
  key: "This is the answer.",
};

const manager = createManager(() => "/explorer.json");

let shown; // the quiz on screen: { turn, model, remove }
let unfollow = () => {};

function open(state) {
  let newest = 0; // only the last vote counts, so only that one is sent again
  async function send(message) {
    const mine = ++newest;
    let reply;
    while (!reply) {
      try {
        reply = await ask("/vote", message);
      } catch {
        await new Promise((resolve) => setTimeout(resolve, RETRY));
        if (mine !== newest || shown?.model !== model) return;
      }
    }
    if (reply.standing && mine === newest && reply.turn === shown?.turn) stand(reply.standing);
    model.tell("msg:custom", { type: "reply", request: message.request, ok: reply.ok, message: reply.message });
  }
  const model = createModel({ view: state.view, standing: state.standing }, send);
  model.widget_manager = manager;
  const remove = quiz.render({ model, el: find("quiz") });
  shown = { turn: state.turn, model, remove };
}

function stand(standing) {
  shown.model.set("standing", standing);
  shown.model.tell("change:standing");
}

function show(state) {
  find("name").textContent = state.name;
  const phase = state.phase === "open" && state.round > 1 ? "again" : state.phase;
  const said = state.ended ? "The class is over. You can take your answers home." : SAID[phase];
  if (find("said").textContent !== said) find("said").textContent = said;
  if (shown && (!state.view || shown.turn !== state.turn)) {
    shown.remove();
    shown = undefined;
  }
  if (state.view && shown) stand(state.standing);
  else if (state.view) open(state);
  find("results").hidden = !state.bars;
  if (state.bars) {
    const mine = (bar) =>
      state.mine.flatMap((labels, index) =>
        labels.includes(bar.label) ? [h("span", { class: "class-mine" }, state.mine.length > 1 ? `You, vote ${index + 1}` : "You")] : [],
      );
    find("bars").replaceChildren(bars({ ...state, bars: state.bars.map((bar) => ({ ...bar, html: "" })) }, mine), h("p", {}, moved(state)));
  }
}

/** Go to where the code is asked for: an address with the code would take a new seat by itself. */
function begin() {
  location.replace("/");
}

function enter() {
  find("join").hidden = true;
  find("room").hidden = false;
  unfollow = follow("/state", show, begin);
}

async function join(code) {
  let reply;
  try {
    reply = await ask("/join", { code });
  } catch {
    reply = { ok: false, message: "There is no connection. Try again." };
  }
  if (reply.ok) return enter();
  find("join").hidden = false;
  find("refused").textContent = reply.message;
}

find("join").addEventListener("submit", (event) => {
  event.preventDefault();
  join(find("code").value);
});

find("leave").addEventListener("click", () => {
  find("sure").hidden = false;
  find("stay").focus();
});
find("stay").addEventListener("click", () => {
  find("sure").hidden = true;
  find("leave").focus();
});
find("go").addEventListener("click", async () => {
  unfollow(); // it would say that the seat is gone before the answer is here
  try {
    await ask("/leave");
    begin();
  } catch {
    enter(); // it says that the connection is lost
  }
});

const { ok } = await (await fetch("/here")).json();
const code = location.pathname.slice(1);
if (ok) enter();
else if (code) join(code);
else find("join").hidden = false;
