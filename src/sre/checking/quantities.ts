/**
 * Numbers in a claim. Each must be in the evidence after rounding and change of unit, or follow by one step of
 * arithmetic from numbers of the same claim that are: "from 180 ms to 2.4 s, 13 times as much".
 */
import type { Facts } from './facts.ts';
import type { Remainder } from './remainder.ts';
import { readingsOf, type Unit, unitOf } from './units.ts';

/** What was written: its value in the unit's base, and half of its last written digit in the same base. */
interface Quantity {
  text: string;
  value: number;
  slack: number;
  unit: Unit | null;
  rough: boolean;
}

const ROUGH_SHARE = 0.05;
const EXACT_SHARE = 0.005;
const NUMBER = String.raw`(?<![\w.])[-−]?(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?(?:[eE][-+]?\d+)?`;
const UNIT = String.raw`[\s-]?(?:%|×|percent(?:age points?)?|pp|[a-zA-Zµμ]+(?:\/(?:s|sec|second|min|minute|h|hour)| per (?:second|minute|hour))?)`;
const QUANTITY = new RegExp(`(${NUMBER})(${UNIT})?`, 'g');
const ROUGH =
  /(?:about|around|roughly|approximately|approx\.?|nearly|almost|some|over|above|under|below|more than|less than|up to|at least|at most|circa|ca\.?|~|≈|>|<|≥|≤|>=|<=)\s*$/i;
const RANGE = /^\s*(?:-|–|—|→|to|and|vs\.?|versus|up to|out of|of|\/)\s*$/i;

/** `forecast`: a rough duration is what somebody expects, and stands in no data. */
export function checkQuantities(
  claim: Remainder,
  facts: Facts,
  moments: readonly number[],
  { forecast = false } = {},
): string[] {
  const all = read(claim.text).filter((quantity) => !(forecast && quantity.rough && isTime(quantity)));
  const known = all.filter((quantity) => isIn(quantity, facts));
  return all
    .filter((quantity) => !known.includes(quantity) && !follows(quantity, known, moments))
    .map(({ text }) => `the number ${text} is not in the cited evidence`);
}

/** `1 h 50 min` is one duration. */
function read(text: string): Quantity[] {
  const whole: ReturnType<typeof simple> = [];
  for (const next of simple(text)) {
    const before = whole.at(-1);
    if (before === undefined || !goesOn(before, next, text)) {
      whole.push(next);
      continue;
    }
    const { unit, slack, end } = next;
    const sum = { value: before.value + next.value, text: `${before.text} ${next.text}` };
    whole.splice(-1, 1, { ...before, ...{ unit, slack, end }, ...sum });
  }
  return whole;
}

function goesOn(before: Quantity & { end: number }, next: Quantity & { at: number }, text: string): boolean {
  if (!isTime(before) || !isTime(next) || !/^ ?$/.test(text.slice(before.end, next.at))) return false;
  return (next.unit?.scale ?? 0) < (before.unit?.scale ?? 0);
}

function isTime({ unit }: Quantity): boolean {
  return unit?.kind === 'time';
}

function simple(text: string): (Quantity & { at: number; end: number })[] {
  const matches = [...text.matchAll(QUANTITY)];
  return matches.map((match, index) => {
    const [all, digits = '', written] = match;
    const next = matches[index + 1];
    const between = next === undefined ? '' : text.slice(match.index + all.length, next.index);
    const own = unitOf(written ?? '');
    // "from 180 to 240 ms": the first number has the unit of the second.
    const unit = own ?? (next !== undefined && RANGE.test(leftover(written) + between) ? unitOf(next[2] ?? '') : null);
    const plainDigits = digits.replaceAll(',', '').replace('−', '-');
    return {
      ...{ at: match.index, end: match.index + all.length },
      text: own === null ? digits : all.trim(),
      value: Math.abs(Number(plainDigits)) * (unit?.scale ?? 1),
      slack: (0.5 * 10 ** -decimals(plainDigits) + 1e-9) * (unit?.scale ?? 1),
      unit,
      rough: ROUGH.test(text.slice(0, match.index)),
    };
  });
}

/** A word that looked like a unit and is none ("3 to 5") belongs to what stands between. */
function leftover(written: string | undefined): string {
  return unitOf(written ?? '') === null ? (written ?? '') : '';
}

function decimals(digits: string): number {
  const [mantissa = '', exponent = '0'] = digits.toLowerCase().split('e');
  return (mantissa.split('.')[1]?.length ?? 0) - Number(exponent);
}

function isIn(quantity: Quantity, facts: Facts): boolean {
  if (quantity.unit?.kind === 'time' && facts.spans.some((span) => agrees(quantity, span))) return true;
  return (
    facts.numbers.some((number) => readingsOf(number, quantity.unit).some((value) => agrees(quantity, value))) ||
    facts.measured.some(({ value, unit }) =>
      measuredIn(value, unit, quantity.unit).some((reading) => agrees(quantity, reading)),
    )
  );
}

/** What says in what it was measured is read in just that. */
function measuredIn(value: number, unit: Unit | null, written: Unit | null): number[] {
  return unit !== null && unit.kind === written?.kind ? [value * unit.scale] : readingsOf(value, written);
}

function agrees({ value, slack, rough }: Quantity, candidate: number): boolean {
  const share = rough ? ROUGH_SHARE : EXACT_SHARE;
  return Math.abs(value - candidate) <= Math.max(slack, share * candidate);
}

function follows(quantity: Quantity, known: readonly Quantity[], moments: readonly number[]): boolean {
  if (quantity.unit?.kind === 'time' && pairs(moments).some(([a, b]) => agrees(quantity, Math.abs(a - b) / 1000))) {
    return true;
  }
  return pairs(known).some(([a, b]) => derived(quantity, a.value, b.value).some((value) => agrees(quantity, value)));
}

function derived(quantity: Quantity, a: number, b: number): number[] {
  const ratio = b === 0 ? [] : [a / b];
  const change = b === 0 ? [] : [Math.abs(a - b) / b];
  switch (quantity.unit?.kind) {
    case 'times':
      return [...ratio, ...change];
    case 'share':
      return [...ratio, ...change];
    default:
      return [Math.abs(a - b)];
  }
}

function pairs<Item>(items: readonly Item[]): [Item, Item][] {
  return items.flatMap((a) => items.flatMap((b): [Item, Item][] => (a === b ? [] : [[a, b]])));
}
