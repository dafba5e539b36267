/**
 * The kernel's half of a quiz in a page without a kernel: what `widgets/asking.py` and `widgets/quiz.py` do for
 * practice. It is a model as anywidget gives it, so `quiz.js` draws it as it draws the real one.
 */

import { AnswerError, fill } from "../../widgets/number.js";
import { earnedAll, feedback, fits, keep, mark, summary } from "./mark.js";

/** What every model has: traits that are read, and a line over which messages go both ways. */
export function createModel(state, { onMessage = () => {}, manager } = {}) {
  const listeners = new Map();
  const emit = (event, ...args) => [...(listeners.get(event) ?? [])].forEach((call) => call(...args));
  return {
    get: (trait) => state[trait],
    set(trait, value) {
      state[trait] = value;
      emit(`change:${trait}`);
    },
    save_changes() {},
    on: (event, call) => listeners.set(event, (listeners.get(event) ?? new Set()).add(call)),
    off: (event, call) => listeners.get(event)?.delete(call),
    send: (message) => setTimeout(() => onMessage(message)),
    /** Change several traits at once: none is seen with the old value of another. */
    show(traits) {
      Object.assign(state, traits);
      for (const trait of Object.keys(traits)) emit(`change:${trait}`);
    },
    reply: (request, ok, more) => emit("msg:custom", { type: "reply", request, ok, message: "", ...more }),
    widget_manager: manager,
  };
}

/**
 * A quiz of practice.
 *
 * `quiz` holds its `view` without questions, and the `questions`, each with its `draws`: what is `shown`, and the `key`.
 */
export function openQuiz(quiz, { words, record, replay, isDue, manager }) {
  let begun = []; // where the questions stand

  function begin({ draws }, before = {}) {
    const { lesson, id } = draws[0].key;
    const history = replay().question(lesson, id, draws[0].key.content);
    const state = history?.state();
    const review = isDue(lesson, id); // then it is asked as if for the first time, with other numbers where it has some
    const draw = ((state?.draws ?? 0) + (review ? history.unaided() : 0)) % draws.length;
    const { shown: asked, key } = draws[draw];
    const shown = review ? { ...asked, from: words.review } : asked;
    const now = { draws, draw, shown, key, review, turn: 0, attempt: 0, answer: null, confidence: null, mark: null, hints: 0, revealed: false };
    now.first = state?.first ?? null;
    now.turn = (before.turn ?? -1) + 1;
    if (!state || review || (draws.length > 1 && state.seed && state.seed !== key.seed)) return now; // it was about other numbers
    now.hints = Math.min(state.hints, key.hints.length);
    now.revealed = state.revealed;
    if (state.answer === null || state.correct === null || !fits(shown.kind, key, state.answer)) return now;
    try {
      now.mark = mark(shown.kind, key, state.answer, words);
    } catch {
      return now;
    }
    return { ...now, answer: state.answer, attempt: state.attempts, confidence: state.confidence };
  }

  function stand(one) {
    const { shown, key } = one;
    return {
      hints: key.hints.slice(0, one.hints),
      turn: one.turn,
      attempt: one.attempt,
      answer: one.answer,
      confidence: one.confidence,
      left: "",
      closed: false,
      revealed: one.revealed,
      can_reveal: one.mark !== null && !earnedAll(shown.kind, one.mark, one.revealed),
      can_draw: one.draws.length > 1 && one.mark !== null && (one.mark.correct || one.revealed),
      feedback: one.mark && feedback(shown.kind, key, one.answer, one.mark, { attempt: one.attempt, final: one.revealed, words }),
      kept: "",
    };
  }

  function standing() {
    const counted = begun.filter(({ key }) => key.counts);
    const marked = counted.filter((one) => one.mark);
    const first = marked.filter((one) => one.first).length;
    return {
      progress: fill(words.progress, { answered: marked.length, total: counted.length, first }),
      notice: record.notice(),
      submitted: false,
      unanswered: 0,
      can_start_over: begun.some((one) => one.mark !== null || one.hints > 0),
      questions: begun.map(stand),
    };
  }

  const view = () => ({ ...quiz.view, questions: begun.map(({ shown, draw }) => ({ ...shown, ...(draw ? { draw } : {}) })) });
  const facts = ({ key }) => ({ course: key.course, lesson: key.lesson, question: key.id, content: key.content, seed: key.seed, counts: key.counts });
  const add = (one, type, more) => record.add({ type, ...facts(one), ...(one.review ? { review: true } : {}), ...more });

  /** What is read out: the verdict, and the right answer once it is shown. */
  function said({ shown, key, mark: given, attempt, revealed }) {
    const verdict = summary(shown.kind, key, given, { attempt, final: revealed, words });
    return revealed && !given.correct ? `${verdict} ${key.said}`.trimEnd() : verdict;
  }

  function take(one, { turn, answer: given, confidence, seconds }) {
    const { shown, key } = one;
    const answer = keep(shown.kind, key, given);
    if (one.mark && JSON.stringify(answer) === JSON.stringify(one.answer)) return said(one);
    if (turn !== one.turn) throw new AnswerError(words.meanwhile);
    one.mark = mark(shown.kind, key, answer, words);
    one.turn += 1;
    one.attempt += 1;
    one.answer = answer;
    one.confidence = key.unsure && answer[0] === key.unsure ? null : confidence;
    one.first ??= one.mark.correct && !one.revealed;
    const { correct, credit } = one.mark;
    add(one, "answer", { answer, attempt: one.attempt, correct, credit, confidence: one.confidence, seconds });
    return said(one);
  }

  function drawAnew(ones) {
    for (const one of ones) record.add({ type: "reset", ...facts(one) });
    begun = begun.map((one) => (ones.includes(one) ? begin(one, one) : one));
    model.show({ view: view(), standing: standing() });
  }

  function obey(message) {
    const one = begun.find(({ key }) => key.id === message.question);
    switch (message.type) {
      case "answer":
        return take(one, message);
      case "hint":
        if (message.shown === one.hints) {
          one.hints += 1;
          add(one, "hint");
        }
        return fill(words.hint_shown, { n: one.hints, total: one.key.hints.length });
      case "reveal":
        if (!one.revealed) {
          one.revealed = true;
          add(one, "reveal");
        }
        return said(one);
      case "another":
        if (message.turn !== one.turn) throw new AnswerError(words.meanwhile);
        drawAnew([one]);
        return words.another_drawn;
      case "reset":
        drawAnew(begun);
        return words.all_cleared;
      default:
        return "";
    }
  }

  function onMessage(message) {
    try {
      const words = obey(message);
      model.show({ standing: standing() });
      model.reply(message.request, true, { message: words });
    } catch (error) {
      if (!(error instanceof AnswerError)) throw error;
      model.reply(message.request, false, { message: error.message });
    }
  }

  begun = quiz.questions.map((question) => begin(question));
  const model = createModel({ view: view(), standing: standing() }, { onMessage, manager });
  record.observe((news) => {
    if (!news) return;
    begun = begun.map((one) => begin(one, one));
    model.show({ view: view(), standing: standing() });
  });
  return model;
}
