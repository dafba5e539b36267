/**
 * When a question is due again, and what is due today: what `lessonkit/record/schedule.py` and `review.py` say. The
 * numbers of the schedule come from there; its formulas are those of FSRS 6, as the package `fsrs` has them.
 */

const DAY = 86_400_000;

/** Midnight of the learner's local day. */
const dayOf = (time) => new Date(time).setHours(0, 0, 0, 0);

const between = (low, value, high) => Math.min(Math.max(value, low), high);

/** The card after one more unaided answer; `card` is undefined before the first. */
export function afterAnswer(card, time, { right, confidence, helped }, { weights: w, retention, longest, ratings }) {
  const grade = ratings[!right ? "wrong" : helped ? "helped" : (confidence ?? "unsaid")];
  const [again, hard, good, easy] = [1, 2, 3, 4];
  const decay = -w[20];
  const factor = 0.9 ** (1 / decay) - 1;
  const firstDifficulty = (rating) => w[4] - Math.exp(w[5] * (rating - 1)) + 1;

  function stabilityAfter({ stability, difficulty, last }) {
    const days = Math.floor((time - last) / DAY);
    if (days < 1) {
      const grown = Math.exp(w[17] * (grade - good + w[18])) * stability ** -w[19];
      return stability * (grade === again ? grown : Math.max(grown, 1));
    }
    const recalled = (1 + (factor * days) / stability) ** decay;
    if (grade === again) {
      const lost = w[11] * difficulty ** -w[12] * ((stability + 1) ** w[13] - 1) * Math.exp((1 - recalled) * w[14]);
      return Math.min(lost, stability / Math.exp(w[17] * w[18]));
    }
    const gain = Math.exp(w[8]) * (11 - difficulty) * stability ** -w[9] * (Math.exp((1 - recalled) * w[10]) - 1);
    return stability * (1 + gain * (grade === hard ? w[15] : 1) * (grade === easy ? w[16] : 1));
  }
  function difficultyAfter({ difficulty }) {
    const moved = difficulty + ((10 - difficulty) * -w[6] * (grade - good)) / 9;
    return w[7] * firstDifficulty(easy) + (1 - w[7]) * moved;
  }

  const stability = Math.max(card ? stabilityAfter(card) : w[grade - 1], 0.001);
  const difficulty = between(1, card ? difficultyAfter(card) : firstDifficulty(grade), 10);
  const days = Math.round((stability / factor) * (retention ** (1 / decay) - 1));
  return { stability, difficulty, last: time, due: time + DAY * between(1, days, longest) };
}

/** What is to be reviewed today: `reviews` of `lessonkit/record/review.py`. */
export function reviews(played, { lessons, schedule }, now = Date.now()) {
  const today = dayOf(now);
  const [due, later] = [[], []];
  for (const { lesson, questions } of lessons) {
    for (const { id, content, href, closed } of questions) {
      const card = closed ? undefined : played.question(lesson, id, content)?.card();
      if (card && dayOf(card.due) > today) later.push(dayOf(card.due));
      else if (card) due.push({ lesson, id, href, due: card.due });
    }
  }
  due.sort((one, two) => one.due - two.due);
  const done = played.reviewed(new Date(today).toDateString());
  const asked = due.slice(0, Math.max(0, schedule.limit - done));
  const tomorrow = dayOf(today + 1.5 * DAY);
  let next = null;
  if (!asked.length) next = due.length ? tomorrow : later.length ? Math.min(...later) : null;
  return { due: asked, done, next, today };
}
