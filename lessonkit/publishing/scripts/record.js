/**
 * The record in the browser's storage: the events of `lessonkit/record/event.py`, one a line, and what a replay of them
 * says (`replay.py`). Where the browser keeps nothing, the record lives as long as the page.
 */

import { afterAnswer } from "./schedule.js";

const PLACE = "lessonkit-record";

/** The course of an event that names none: `FIRST_COURSE` of `lessonkit/course/outline.py`. */
const FIRST_COURSE = "classifiers";

/** A longer wait before an answer is a break, not work, in seconds. */
const LONGEST_WAIT = 300;

/** A version 4 UUID; `crypto.randomUUID` is not there on a page without https. */
function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** The event of a line, or undefined if it is none that this version knows. */
function parse(line) {
  try {
    const event = JSON.parse(line);
    const whole = event.version === 1 && [event.id, event.time, event.learner, event.lesson].every((text) => typeof text === "string");
    return whole && !Number.isNaN(Date.parse(event.time)) ? event : undefined;
  } catch {
    return undefined;
  }
}

const moment = (one, two) => Date.parse(one.time) - Date.parse(two.time) || (one.id < two.id ? -1 : 1);

/** Open the record. `trouble` is the sentence for a browser that keeps nothing. */
export function openRecord({ trouble }) {
  const observers = new Set();
  let memory = "";
  let notice = "";

  function read() {
    if (notice) return memory;
    try {
      return localStorage.getItem(PLACE) ?? "";
    } catch {
      notice = trouble;
      return memory;
    }
  }
  function write(text) {
    memory = text;
    if (notice) return;
    try {
      localStorage.setItem(PLACE, text);
    } catch {
      notice = trouble;
    }
  }
  const tell = (news) => observers.forEach((call) => call(news));
  addEventListener("storage", ({ key }) => (key === PLACE || key === null) && tell(true));

  function events() {
    const found = new Map();
    for (const event of read().split("\n").filter(Boolean).map(parse)) if (event) found.set(event.id, event);
    return [...found.values()].sort(moment);
  }

  return {
    events,
    /** What to tell the learner now; empty while everything is kept. */
    notice: () => (read(), notice),
    /** The record as a file, and how many events it has. */
    take: () => ({ text: events().map((event) => `${JSON.stringify(event)}\n`).join(""), count: events().length }),
    /** Call with each change: with true when it came from elsewhere, another page or a file. */
    observe: (call) => observers.add(call),
    /** Add an event; what is not said of it is left out of its line. */
    add(facts) {
      const said = Object.entries(facts).filter(([, value]) => value !== null && value !== undefined);
      const event = { ...Object.fromEntries(said), learner: "browser", id: newId(), time: new Date().toISOString(), version: 1 };
      write(`${read()}${JSON.stringify(event)}\n`);
      tell(false);
    },
    /** Add the lines of a file; returns how many events are new and how many lines are none, or undefined if all are. */
    merge(content) {
      const lines = content.replace(/^\ufeff/, "").split("\n").filter((line) => line.trim());
      const known = new Set(events().map(({ id }) => id));
      const parsed = lines.map(parse);
      const skipped = parsed.filter((event) => !event).length;
      if (lines.length > 0 && skipped === lines.length) return undefined;
      const fresh = new Map(parsed.filter((event) => event && !known.has(event.id)).map((event) => [event.id, event]));
      write(`${read()}${[...fresh.values()].map((event) => `${JSON.stringify(event)}\n`).join("")}`);
      tell(true);
      return { added: fresh.size, skipped };
    },
  };
}

const FRESH = { content: null, seed: null, answer: null, attempts: 0, correct: null, confidence: null, hints: 0, revealed: false, first: null, draws: 0 };

/** Where one question stands, in its lesson and in all. */
function createHistory(schedule) {
  let state = { ...FRESH };
  let last = null; // the last unaided answer
  let unaided = 0;
  let card; // what the schedule of reviews makes of the unaided answers
  let told = null; // the last day on which a verdict or the solution was shown
  let hinted = null; // the last day on which a hint was
  return {
    state: () => state,
    knew: () => last !== null && last.correct === true,
    card: () => card,
    unaided: () => unaided,
    /** Go on by one event; says whether it is an unaided answer. */
    take(event) {
      const day = new Date(event.time).toDateString();
      const begun = state.attempts > 0 || state.revealed;
      const review = event.review === true;
      const helped = hinted === day || (state.hints > 0 && !review);
      if (!review) state = next(state, event);
      if (event.type === "hint") hinted = day;
      if (event.type === "reveal") told = day;
      if (event.type !== "answer" || (event.correct ?? null) === null) return false;
      const fresh = event.counts !== false && told !== day && (review || !begun);
      told = day;
      if (!fresh) return false;
      last = event;
      unaided += 1;
      const { correct, confidence } = event;
      card = afterAnswer(card, Date.parse(event.time), { right: correct, confidence, helped }, schedule);
      return true;
    },
  };
}

function next(state, event) {
  const now = { ...state, content: event.content ?? state.content, seed: event.seed ?? state.seed };
  switch (event.type) {
    case "hint":
      return { ...now, hints: now.hints + 1 };
    case "reveal":
      return { ...now, revealed: true };
    case "reset":
      return { ...FRESH, content: now.content, first: now.first, draws: now.draws + 1 };
    case "answer": {
      const { answer = null, correct = null, confidence = null } = event;
      if (correct === null) return { ...now, answer, correct, confidence };
      const first = now.first ?? (correct && !now.revealed);
      return { ...now, answer, correct, confidence, attempts: now.attempts + 1, first };
    }
    default:
      return now;
  }
}

/**
 * What the events of a course say when they are played again: for each lesson its questions, exercises, seconds and
 * last event; and how many questions were answered in a review on a day.
 */
export function replay(events, { id, renamed, schedule }) {
  const lessons = new Map();
  const reviewed = new Map();
  for (const event of events) {
    if ((event.course ?? FIRST_COURSE) !== id) continue;
    const name = renamed[event.lesson] ?? event.lesson;
    if (!lessons.has(name)) lessons.set(name, { questions: new Map(), exercises: new Map(), seconds: 0, begun: true });
    const lesson = lessons.get(name);
    lesson.seconds += Math.min(event.seconds ?? 0, LONGEST_WAIT);
    if (event.type === "check") {
      const passed = lesson.exercises.get(event.question) || event.correct === true;
      if (event.question && (event.correct ?? null) !== null) lesson.exercises.set(event.question, passed);
    } else if (event.question) {
      // By wording: an answer to what a question asked before is no answer to what it asks now.
      const key = `${event.question}\n${event.content ?? ""}`;
      if (!lesson.questions.has(key)) lesson.questions.set(key, createHistory(schedule));
      const fresh = lesson.questions.get(key).take(event);
      const day = new Date(event.time).toDateString();
      if (fresh && event.review) reviewed.set(day, (reviewed.get(day) ?? 0) + 1);
    } else if (event.type === "reset") {
      for (const history of lesson.questions.values()) history.take(event);
    }
  }
  return {
    lesson: (name) => lessons.get(name),
    reviewed: (day) => reviewed.get(day) ?? 0,
    question: (lesson, id, content) => lessons.get(lesson)?.questions.get(`${id}\n${content}`),
  };
}
