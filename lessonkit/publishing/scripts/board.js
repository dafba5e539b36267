/**
 * The kernel's half of the progress board in a page without a kernel: what the record says, as the HTML that
 * `widgets/board_html.py` writes. `board.js` of the widgets draws it, saves the record and adds a saved one.
 */

import { createModel } from "./desk.js";
import { fill } from "../../widgets/number.js";
import { replay } from "./record.js";
import { reviews } from "./schedule.js";

const escape = (text) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
const link = (href, text) => `<a href="${escape(href)}">${escape(text)}</a>`;
const heading = (text) => `<h3>${escape(text)}</h3>`;

/** What the record tells about each lesson of the course. */
function progressOf(played, { lessons }) {
  return lessons.map((lesson) => {
    const found = played.lesson(lesson.lesson);
    const histories = lesson.questions.map(({ id, content }) => played.question(lesson.lesson, id, content));
    const states = histories.map((history) => history?.state());
    const marked = states.filter((state) => state?.attempts);
    const objectives = lesson.objectives.map(({ slug, text }) => ({
      text,
      met: lesson.questions.every(({ objective }, index) => objective !== slug || histories[index]?.knew()),
    }));
    const waiting = lesson.questions.find(({ closed }, index) => !closed && !states[index]?.attempts);
    return {
      ...lesson,
      begun: found !== undefined,
      total: lesson.questions.length,
      answered: marked.length,
      right: marked.filter(({ correct, revealed }) => correct && !revealed).length,
      minutes: (found?.seconds ?? 0) / 60,
      solved: lesson.exercises.filter((id) => found?.exercises.get(id)).length,
      objectives,
      met: objectives.filter(({ met }) => met).length,
      waiting,
    };
  });
}

/** A column for each lesson: `lessons_picture` of `widgets/board_pictures.py`. */
function lessonsPicture(lessons, words) {
  const [wide, tall] = [400, 70];
  const step = wide / lessons.length;
  const columns = lessons.map(({ lesson, begun, answered, right, total }, place) => {
    const bar = (kind, n) => {
      const height = (tall * n) / Math.max(total, 1);
      const at = [step * place + 3, tall + 2 - height, step - 6, height].map((length) => length.toFixed(1));
      return height ? `<rect class="${kind}" x="${at[0]}" y="${at[1]}" width="${at[2]}" height="${at[3]}"/>` : "";
    };
    const bars = bar("lk-column", Math.max(total, 1)) + bar("lk-column-answered", answered) + bar("lk-column-right", right);
    const number = `<text x="${(step * (place + 0.5)).toFixed(1)}" y="${tall + 18}" text-anchor="middle"`;
    return `${bars}${number}${begun ? ' class="lk-ink"' : ""}>${lesson.slice(0, 2)}</text>`;
  });
  return (
    `<figure class="lk-figure lk-far"><svg viewBox="0 0 ${wide} ${tall + 24}" role="img" ` +
    `aria-label="${escape(words.far)}" direction="ltr">${columns.join("")}</svg>` +
    `<figcaption>${escape(words.columns)}</figcaption></figure>`
  );
}

/** A day as everybody reads it: 2026-11-30. */
function dateOf(day) {
  const date = new Date(day);
  const two = (number) => String(number).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** What is due, with links to where it is asked again; or when something will be. */
function reviewLine({ due, done, next, today }, lessons, words, counted) {
  if (!due.length) {
    if (!done && next === null) return "";
    const days = Math.round((next - today) / 86_400_000);
    const then = next === null ? words.due_later : counted("due_in", days).replace("{date}", dateOf(next));
    return `<li>${escape(`${words.nothing_due} ${then}`)}</li>`;
  }
  const items = lessons.map(({ lesson, title }) => {
    const places = new Set(due.filter((one) => one.lesson === lesson).map(({ href }) => href));
    const links = [...places].map((href) => link(href, href.split("#")[1]?.replaceAll("-", " ") ?? title));
    return links.length ? `<li>${escape(title)}: ${links.join(", ")}</li>` : "";
  });
  return `<li>${escape(counted("due", due.length))}<ul>${items.join("")}</ul></li>`;
}

/** The board's parts as HTML. */
function boardHtml(lessons, due, words, heads, notice, counted) {
  const sum = (name) => lessons.reduce((total, lesson) => total + lesson[name], 0);
  const toLesson = (text, { href, title }) => escape(text).replace("{lesson}", link(href, title));
  const next = lessons.find(({ begun, waiting }) => !begun || waiting);
  const trouble = notice ? `<p class="lk-notice">${escape(notice)}</p>` : "";
  if (!lessons.some(({ begun }) => begun)) {
    return { now: `${trouble}<p>${toLesson(words.begin, lessons[0])}</p>`, rest: "", is_empty: true };
  }
  const all = lessons.reduce((total, { objectives }) => total + objectives.length, 0);
  const exercises = lessons.reduce((total, lesson) => total + lesson.exercises.length, 0);
  const totals = [
    fill(words.totals, { answered: sum("answered"), total: sum("total"), right: sum("right"), met: sum("met"), all }),
    fill(words.solved, { done: sum("solved"), total: exercises }),
  ];
  const step = next
    ? toLesson(words.go_on, { title: next.title, href: (next.begun && next.waiting?.href) || next.href })
    : escape(words.all_done);
  const onward = `<div class="lk-next">${heading(words.next)}<ul>${reviewLine(due, lessons, words, counted)}<li>${step}</li></ul></div>`;
  const said = `<p class="lk-board-totals">${escape(totals.join(" "))}</p>`;
  const now = `${trouble}${onward}${said}${lessonsPicture(lessons, words)}`;

  const of = (done, total) => fill(words.of, { done, total });
  const rows = lessons.map((lesson) => {
    const { begun, objectives, exercises } = lesson;
    const cells = [
      of(lesson.answered, lesson.total),
      begun ? lesson.right : "",
      exercises.length ? of(lesson.solved, exercises.length) : "",
      begun && objectives.length ? of(lesson.met, objectives.length) : "",
      begun ? Math.round(lesson.minutes) : "",
    ];
    const name = `<th scope="row" role="rowheader">${link(lesson.href, lesson.title)}</th>`;
    const cell = (text, index) => `<td role="cell" data-head="${escape(heads[index + 1])}">${escape(String(text))}</td>`;
    return `<tr role="row">${name}${cells.map(cell).join("")}</tr>`;
  });
  const top = heads.map((head) => `<th scope="col" role="columnheader">${escape(head)}</th>`).join("");
  const table =
    `<div class="lk-lessons"><table role="table"><caption>${escape(words.caption)}</caption>` +
    `<thead role="rowgroup"><tr role="row">${top}</tr></thead>` +
    `<tbody role="rowgroup">${rows.join("")}</tbody></table></div>`;

  let left = 0;
  const unmet = lessons
    .filter(({ begun }) => begun)
    .map((lesson) => {
      const open = lesson.objectives.filter(({ met }) => !met);
      left += open.length;
      const texts = open.map(({ text }) => `<li>${escape(text)}</li>`).join("");
      return open.length ? `<li>${link(lesson.href, lesson.title)}<ul>${texts}</ul></li>` : "";
    })
    .join("");
  const folded =
    `<details data-key="objectives"><summary>${escape(fill(words.unmet, { n: left }))}</summary>` +
    `<p>${escape(words.met)}</p><ul>${unmet}</ul></details>`;
  return { now, rest: heading(words.lessons) + table + (left ? folded : ""), is_empty: false };
}

/** The model of a board. */
export function openBoard({ view, words, heads, one, many }, course, record) {
  const counted = (name, n) => fill((n === 1 ? one : many)[name], { n });
  function parts() {
    const played = replay(record.events(), course);
    return boardHtml(progressOf(played, course), reviews(played, course), words, heads, record.notice(), counted);
  }

  function obey(message) {
    switch (message.type) {
      case "save": {
        const { text, count } = record.take();
        return [true, { file: text, message: counted("saved", count) }];
      }
      case "add": {
        const done = record.merge(message.content);
        if (!done) return [false, { message: one.no_record }];
        const told = [counted("added", done.added)];
        if (done.skipped) told.push(counted("skipped", done.skipped));
        return [true, { message: told.join(" ") }];
      }
      default:
        return [true, {}];
    }
  }
  const onMessage = (message) => {
    const [ok, more] = obey(message);
    model.show({ board: parts() });
    model.reply(message.request, ok, more);
  };
  const model = createModel({ view, board: parts() }, { onMessage });
  record.observe(() => model.show({ board: parts() }));
  return model;
}
