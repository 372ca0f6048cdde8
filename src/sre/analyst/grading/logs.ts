/** Log lines and patterns: that this service wrote this, so often, and whether it is new. */
import { holdsName, plain } from '../../checking/facts.ts';
import type { Opinion } from './opinion.ts';
import type { Rows } from './rows.ts';
import { quotesIn } from './words.ts';

type Pattern = Rows['patterns'][number];

export function judgeLogs(text: string, rows: Rows): Opinion | null {
  const written = [...rows.patterns.map(({ service }) => service), ...rows.lines.map(({ service }) => service)];
  if (written.length === 0) return null;
  const quotes = quotesIn(text).map(plain);
  const own = rows.patterns.filter(({ template, sample }) => quotes.some((quote) => isIn(quote, template, sample)));
  const lines = rows.lines.filter(({ message }) => quotes.some((quote) => isIn(quote, message)));
  if (own.length === 0 && lines.length === 0) return null;
  const found = [...own.map(({ service }) => service), ...lines.map(({ service }) => service)];
  const named = [...new Set(written)].filter((service) => holdsName(plain(text), service));
  const [evidence = ''] = [...own, ...lines].map((row) => row.evidence);
  if (named.length > 0 && !named.some((service) => found.includes(service)))
    return { verdict: 'not_supported', why: `In ${evidence} it is ${found[0]} that wrote this, not ${named[0]}.` };
  const fault = own.length === 0 ? null : own.map((pattern) => faultOf(text, pattern));
  if (fault?.every((one) => one !== null) === true) return { verdict: 'not_supported', why: fault[0] ?? '' };
  return { verdict: 'supported', why: `${evidence} has it, written by ${found[0]}.` };
}

function isIn(quote: string, ...texts: string[]): boolean {
  return texts.some((text) => plain(text).includes(quote));
}

/** What the counts say against the statement; null when nothing. */
function faultOf(text: string, pattern: Pattern): string | null {
  const { evidence, count, baseline_count: before, rate_per_minute: rate, baseline_rate_per_minute: was } = pattern;
  const times = /(\d[\d,]*) times\b/.exec(text)?.[1];
  if (times !== undefined && Number(times.replaceAll(',', '')) !== count)
    return `${evidence} counts ${count} of it, not ${times}.`;
  if (/\bnew\b|\bnever\b/i.test(text) && before > 0) return `It is not new: ${evidence} counts ${before} of it before.`;
  if (/\bmore\b/i.test(text) && rate < was)
    return `It became less: ${was} a minute before, ${rate} after (${evidence}).`;
  return null;
}
