/**
 * What a diff does, in one clause, as far as its text shows. Read for a mechanism, never run: a way of giving back that
 * is lost first, then a changed number, then the changed line that says most about what moved.
 */
import { changedLines, hits, tellingLine } from './read-diff.ts';

interface Line {
  sign: '+' | '-' | ' ';
  text: string;
}

const GIVES_BACK =
  /(?:\b|_)(?:release|close|unlock|dispose|free|recycle|check_?in|ack|disconnect|shutdown|evict|unsubscribe)\w*\s*\(/i;
const ON_EVERY_PATH = /\b(finally|defer|ensure)\b/;
const WAY_OUT = /\b(return|throw|raise|continue|break)\b/;
const LOOK_BACK = 4;

/** A clause after "deploy-1 …": `removes \`pool.close()\``. Null when no changed line can be quoted. */
export function diffStory(diff: string, terms: ReadonlySet<string>): string | null {
  const hunks = hunksOf(diff);
  for (const tell of [guardLost, givingBackLost]) {
    const told = hunks.map(tell).find((story) => story !== null);
    if (told !== undefined) return told;
  }
  const swapped = numberChanged(diff, terms);
  if (swapped !== null) return swapped;
  const line = tellingLine(diff, terms);
  return line === null ? null : `${line.sign} ${quote(line.line)}`;
}

function hunksOf(diff: string): Line[][] {
  const hunks: Line[][] = [];
  for (const raw of diff.split('\n')) {
    if (raw.startsWith('@@')) hunks.push([]);
    const sign = raw[0];
    if (sign === '+' || sign === '-' || sign === ' ') hunks.at(-1)?.push({ sign, text: raw.slice(1).trim() });
    if (raw.startsWith('diff ') || raw.startsWith('--- ')) hunks.push([]);
  }
  return hunks;
}

/** The block that ran whatever happened is gone, and something is still given back: now only on some paths. */
function guardLost(hunk: readonly Line[]): string | null {
  const guard = hunk.find(({ sign, text }) => sign === '-' && ON_EVERY_PATH.test(text));
  const kept = hunk.some(({ sign, text }) => sign === '+' && ON_EVERY_PATH.test(text));
  const giving = hunk.find(({ text }) => GIVES_BACK.test(text) && quotable(text));
  if (guard === undefined || kept || giving === undefined) return null;
  const word = ON_EVERY_PATH.exec(guard.text)?.[1] ?? 'finally';
  const out = wayOutWithout(hunk);
  const consequence = out === null ? '' : `: ${quote(out)} leaves without it`;
  return giving.text === guard.text
    ? `removes ${quote(guard.text)}, which ran on every path${consequence}`
    : `takes ${quote(giving.text)} out of \`${word}\`, so it no longer runs on every path${consequence}`;
}

/** An added way out with nothing given back in the lines above it. */
function wayOutWithout(hunk: readonly Line[]): string | null {
  const now = hunk.filter(({ sign }) => sign !== '-');
  const found = now.find(
    ({ sign, text }, at) =>
      sign === '+' &&
      WAY_OUT.test(text) &&
      quotable(text) &&
      ![...now.slice(Math.max(0, at - LOOK_BACK), at), { text }].some((line) => GIVES_BACK.test(line.text)),
  );
  return found?.text ?? null;
}

function givingBackLost(hunk: readonly Line[]): string | null {
  const of = (wanted: Line['sign']): Line[] =>
    hunk.filter(({ sign, text }) => sign === wanted && GIVES_BACK.test(text) && quotable(text));
  const removed = of('-').filter(({ text }) => !hunk.some((line) => line.sign === '+' && line.text === text));
  const [lost] = removed;
  if (lost === undefined || of('+').length >= of('-').length) return null;
  return `removes ${quote(lost.text)}`;
}

/** A removed and an added line that differ in numbers or switches only; the pair that speaks most of what moved. */
function numberChanged(diff: string, terms: ReadonlySet<string>): string | null {
  const { added, removed } = changedLines(diff);
  const shape = (line: string): string => line.replace(/\d[\d._]*|\b(?:true|false|on|off)\b/g, '#');
  const alone = added.length + removed.length <= 4;
  const pairs = removed.flatMap((before) =>
    added
      .filter((after) => after !== before && shape(after) === shape(before))
      .map((after) => ({ before, after, score: hits([before], terms).length })),
  );
  const best = pairs
    .filter(({ before, after, score }) => (score > 0 || alone) && quotable(before) && quotable(after))
    .sort((a, b) => b.score - a.score)[0];
  return best === undefined ? null : `changes ${quote(best.before)} to ${quote(best.after)}`;
}

function quotable(text: string): boolean {
  return text.length >= 4 && text.length <= 140 && !/[`\\…]/.test(text);
}
function quote(text: string): string {
  return `\`${text}\``;
}
