/**
 * Numbers as a learner types them: `read_number` of `lessonkit/questions/numbers.py`, for a page without a kernel.
 *
 * Both read the same cases (`tests/questions/typed.json`). A number is exact: a numerator and a denominator, as
 * BigInt. The page's words are English, so a dot never groups thousands here.
 */

/** An answer that cannot be read. The text is for the learner; no attempt is used. */
export class AnswerError extends Error {}

/** Words of the engine with their values, as Python's `format` puts them in. */
export const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, key) => (key in values ? values[key] : whole));

const MOST_CHARACTERS = 60;
const LARGEST_POWER = 100;
const THOUSAND = 1000;

const SIGNS = new Map(
  [
    ["\u2212\u2012\u2013\u2014\ufe63\uff0d", "-"],
    ["\u066b\uff0e", "."],
    ["\u2019\u066c", "'"],
    ["\uff0c", ","],
    ["\uff05\u066a", "%"],
    ["\uff0f\u2044", "/"],
  ].flatMap(([from, to]) => [...from].map((sign) => [sign, to])),
);
const ABOUT = /^[≈~=\u223c\u2243\uff5e\uff1d ]+/;
const RAISED = /[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+/g;
const LOWERED = new Map([..."⁻⁺⁰¹²³⁴⁵⁶⁷⁸⁹"].map((sign, index) => [sign, "-+0123456789"[index]]));
const TEN = /([0-9.,]+) ?[×x*·⋅] ?10 ?(?:\^|\*\*) ?([+-]?[0-9]+)/g;
const NUMBER = /^([+-]?) ?((?:[0-9]+|[0-9]{1,3}(?:[ '][0-9]{3})+))?(?:\.([0-9]*))?(?:[eE]([+-]?[0-9]+))?$/;
const ONE_GROUP = /^([+-]? ?[1-9][0-9]{0,2})([,.])([0-9]{3})$/;
const COMMA_GROUPS = /^[+-]? ?[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]*)?$/;

// Exact fractions.

const gcd = (a, b) => (b === 0n ? a : gcd(b, a % b));
const size = (number) => (number < 0n ? -number : number);

export function fraction(top, bottom = 1n) {
  if (bottom < 0n) [top, bottom] = [-top, -bottom];
  const shared = gcd(size(top), bottom) || 1n;
  return { top: top / shared, bottom: bottom / shared };
}
/** A fraction as Python writes it: `8/9` or `3`. */
export function parseFraction(text) {
  const [top, bottom = "1"] = text.split("/");
  return fraction(BigInt(top), BigInt(bottom));
}
export const times = (a, b) => fraction(a.top * b.top, a.bottom * b.bottom);
const over = (a, b) => fraction(a.top * b.bottom, a.bottom * b.top);
export const distance = (a, b) => fraction(size(a.top * b.bottom - b.top * a.bottom), a.bottom * b.bottom);
/** -1, 0 or 1. */
export const compare = (a, b) => Math.sign(Number(a.top * b.bottom - b.top * a.bottom));
const same = (a, b) => a.top === b.top && a.bottom === b.bottom;
const whole = (number) => fraction(BigInt(number));
const magnitude = (value) => fraction(size(value.top), value.bottom);

/** The float nearest to a fraction: so many digits, and one more for the rest, that reading them rounds once. */
export function toFloat({ top, bottom }) {
  const [digits, sign] = [size(top), top < 0n ? "-" : ""];
  const places = BigInt(Math.max(0, 40 - digits.toString().length + bottom.toString().length));
  const scaled = digits * 10n ** places;
  const rest = scaled % bottom === 0n ? "" : "1";
  return Number(`${sign}${scaled / bottom}${rest}e-${places + BigInt(rest.length)}`);
}

/** What a float is exactly. */
function exactly(number) {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, number);
  const raw = bits.getBigUint64(0);
  const exponent = Number((raw >> 52n) & 0x7ffn);
  const mantissa = (raw & ((1n << 52n) - 1n)) | (exponent ? 1n << 52n : 0n);
  const shift = BigInt((exponent || 1) - 1075);
  const value = shift >= 0n ? fraction(mantissa << shift) : fraction(mantissa, 1n << -shift);
  return raw >> 63n ? fraction(-value.top, value.bottom) : value;
}

/** The nearest whole number; halfway, the even one. */
function rounded({ top, bottom }) {
  const digits = size(top);
  const [down, twice] = [digits / bottom, 2n * (digits % bottom)];
  const up = twice > bottom || (twice === bottom && down % 2n === 1n);
  return up ? down + 1n : down;
}

const isMinus = (number) => number < 0 || Object.is(number, -0);

/** Python's `f"{number:.{digits}f}"`. */
export function fixed(number, digits) {
  const text = rounded(times(exactly(number), whole(10n ** BigInt(digits)))).toString().padStart(digits + 1, "0");
  const point = text.length - digits;
  const sign = isMinus(number) ? "-" : "";
  return `${sign}${text.slice(0, point)}${digits ? `.${text.slice(point)}` : ""}`;
}

/** Python's `f"{number:.{digits}g}"` of a finite number. */
export function general(number, digits = 6) {
  const sign = isMinus(number) ? "-" : "";
  const value = magnitude(exactly(number));
  if (value.top === 0n) return `${sign}0`;
  let power = value.top.toString().length - value.bottom.toString().length;
  if (compare(value, powerOfTen(power)) < 0) power -= 1;
  let text = rounded(times(value, powerOfTen(digits - 1 - power))).toString();
  if (text.length > digits) {
    text = text.slice(0, digits);
    power += 1;
  }
  const trim = (decimal) => (decimal.includes(".") ? decimal.replace(/\.?0*$/, "") : decimal);
  if (power < -4 || power >= digits) {
    const exponent = String(Math.abs(power)).padStart(2, "0");
    return `${sign}${trim(`${text[0]}.${text.slice(1)}`)}e${power < 0 ? "-" : "+"}${exponent}`;
  }
  if (power < 0) return `${sign}${trim(`0.${"0".repeat(-power - 1)}${text}`)}`;
  return `${sign}${trim(`${text.slice(0, power + 1)}.${text.slice(power + 1)}`)}`;
}

function powerOfTen(power) {
  return power >= 0 ? fraction(10n ** BigInt(power)) : fraction(1n, 10n ** BigInt(-power));
}

/** A number with its first significant digits, or with all of them when it is whole and short. */
export function decimal(value, digits = 6) {
  if (value.bottom === 1n && size(value.top) < 10n ** 15n) return value.top.toString();
  return general(toFloat(value), digits);
}

/** What a float was written as: 0.1 is one tenth. */
function written(number) {
  const [, sign, front, part = "", power = "0"] = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/.exec(String(number));
  const value = times(fraction(BigInt(front + part)), powerOfTen(Number(power) - part.length));
  return sign ? fraction(-value.top, value.bottom) : value;
}

/** A digit of any script as 0 to 9, and nothing for what nobody sees, as a mark of direction. */
function plain(character) {
  if (/\p{Cf}/u.test(character)) return "";
  if (!/\p{Nd}/u.test(character)) return character;
  // The ten digits of a script stand side by side, and no others stand right before a zero but ten of another.
  let [point, below] = [character.codePointAt(0), 0];
  while (/\p{Nd}/u.test(String.fromCodePoint(point - below - 1))) below += 1;
  return String(below % 10);
}

/** What was typed with plain digits, spaces and minus signs, and without the unit. */
function typedText(answer, unit, words) {
  let text = [...answer].map((sign) => plain(SIGNS.get(sign) ?? sign)).join("");
  text = text.split(/[\s\x1c-\x1f\x85]+/).filter(Boolean).join(" ").replace(ABOUT, "");
  text = text.replace(RAISED, (found) => `^${[...found].map((sign) => LOWERED.get(sign)).join("")}`);
  text = text.replace(TEN, "$1e$2");
  text = text.replace(/(?<=[0-9]) (?=[eE][+-]?[0-9]+$)/, "").replace(/(?<=[0-9])\.$/, "");
  if (!text) throw new AnswerError(words.number_first);
  if ([...text].length > MOST_CHARACTERS) throw new AnswerError(fill(words.too_long, { n: MOST_CHARACTERS }));
  if (unit && unit !== "%") {
    const literal = unit.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&");
    text = text.replace(new RegExp(`(?<!\\p{L})${literal}$`, "iu"), "").trimEnd();
  }
  return text;
}

function readDecimal(text, typed, unit, thousands, words) {
  const group = ONE_GROUP.exec(text);
  if (group && (group[2] === "." ? thousands : !thousands)) {
    const part = thousands ? `${group[3]}0` : group[3]; // a fourth decimal makes no thousands
    const [one, other] = [`${group[1]}.${part}`, `${group[1]}${group[3]}`];
    throw new AnswerError(fill(words.two_ways, { number: text, one, other }));
  }
  let numeral = COMMA_GROUPS.test(text) ? text.replaceAll(",", "") : text;
  if (numeral.split(",").length === 2 && !numeral.includes(".")) numeral = numeral.replace(",", ".");
  const found = NUMBER.exec(numeral);
  if (!found || !(found[2] || found[3])) {
    const message = fill(words.no_number, { typed });
    throw new AnswerError(unit ? `${message} ${fill(words.in_unit, { unit })}` : message);
  }
  const power = Number(found[4] ?? 0);
  if (Math.abs(power) > LARGEST_POWER) throw new AnswerError(fill(words.far, { n: LARGEST_POWER }));
  const [front, part] = [(found[2] ?? "0").replace(/[ ']/g, ""), found[3] ?? ""];
  const value = times(fraction(BigInt(front + part)), powerOfTen(power - part.length));
  return found[1] === "-" ? fraction(-value.top, value.bottom) : value;
}

/** Whether a number without a sign is a share of one where percent is asked for. */
function isShare(value, expected, isRatio) {
  const absolute = magnitude(value);
  if (isRatio) return compare(absolute, whole(1)) <= 0;
  return absolute.top > 0n && compare(absolute, whole(1)) < 0 && (expected === null || Math.abs(expected) >= 1);
}

/** Read a number; returns its exact value and how it was understood. */
export function readNumber(answer, { unit = null, expected = null, words }) {
  const typed = typedText(answer, unit, words);
  const percent = typed.endsWith("%");
  const body = typed.replace(/%$/, "").trimEnd();
  const thousands = expected !== null && Math.abs(expected) >= THOUSAND;
  const slash = body.indexOf("/");
  const [front, under] = slash < 0 ? [body, ""] : [body.slice(0, slash), body.slice(slash + 1)];
  let value = readDecimal(front.trim(), typed, unit, thousands, words);
  let shown = decimal(value, 12);
  if (slash >= 0) {
    const divisor = readDecimal(under.trim(), typed, unit, thousands, words);
    if (divisor.top === 0n) throw new AnswerError(words.by_zero);
    shown = `${shown}/${decimal(divisor, 12)}`;
    value = over(value, divisor);
  }
  const inPercent = unit === "%";
  const share = inPercent && !percent && isShare(value, expected, slash >= 0);
  if (share) value = times(value, whole(100));
  else if (percent && !inPercent) value = over(value, whole(100));
  const sign = percent || (inPercent && !(slash >= 0 || share)) ? "%" : "";
  if (!(slash >= 0 || share) && (!percent || inPercent)) return { value, understood: shown + sign };
  const result = decimal(value);
  const equal = same(written(Number(result)), value) ? "=" : "≈";
  return { value, understood: `${shown}${sign} ${equal} ${result}${inPercent ? "%" : ""}` };
}
