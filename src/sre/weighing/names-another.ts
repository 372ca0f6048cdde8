/** Does somebody name what the finding does not blame? Told by names alone, so that it holds in every language. Pure. */
import type { Finding } from '../finding.ts';
import type { Incident } from '../incident.ts';

/** As names of things are written: letters and digits, joined within by dots, hyphens and underscores. */
const NAME = /[A-Za-z0-9]+(?:[._-]+[A-Za-z0-9]+)*/g;
/** A metric's name, or that of a setting: no language writes its words so. */
const JOINED = /[A-Za-z0-9]+(?:_[A-Za-z0-9]+)+/g;
/** Letters that a word must have to be taken for the name of something; what holds a digit, a hyphen or an underscore is one. */
const LEAST = 4;
/** A word that stands in as many explanations tells none of them. */
const COMMON = 3;
/** The words in which explanations are put, and name nothing. */
const PLAIN = new Set(
  'after another because been before change changes deploy during failing first from have into late less more other others over service since slow some than that their there these they this traffic until was were when which with without'.split(
    ' ',
  ),
);

/**
 * A change, service, metric or cause that was ruled out, is only suspected or stands as a hypothesis of the investigator, or
 * a metric of which the finding says nothing. What is blamed, and the service that alerted, are what everybody speaks of.
 */
export function namesAnother(words: string, incident: Incident): boolean {
  const { finding, service, title, hypotheses = [] } = incident;
  const blamed = lower([service ?? '', title, ...causeOf(finding)].join(' ').match(NAME));
  const explanations = [
    ...(finding?.ruled_out ?? []).map(({ hypothesis, change_id }) => `${hypothesis} ${change_id ?? ''}`),
    ...(finding?.suspects ?? []).map(({ id }) => (id === 'none' ? '' : id)),
    ...hypotheses.flatMap(({ by, statement }) => (by.is === 'investigator' ? [statement] : [])),
  ].map((text) => lower(text.match(NAME)));
  const names = new Set(explanations.flatMap((one) => [...one]));
  const other = [...names].filter((name) => !blamed.has(name) && isName(name, explanations));
  if (other.some((name) => stands(name, words.toLowerCase()))) return true;
  const claimed = lower((finding?.claims ?? []).flatMap(({ text }) => text.match(NAME) ?? []));
  return finding !== null && [...lower(words.match(JOINED))].some((name) => !blamed.has(name) && !claimed.has(name));
}

function causeOf(finding: Finding | null): string[] {
  const { cause = null, summary = '' } = finding ?? {};
  return [summary, cause?.service ?? '', cause?.change_id ?? '', cause?.mechanism ?? ''];
}

function lower(names: readonly string[] | null): Set<string> {
  return new Set((names ?? []).map((name) => name.toLowerCase()));
}

function isName(word: string, explanations: readonly ReadonlySet<string>[]): boolean {
  if (/[a-z].*[\d_-]|[\d_-].*[a-z]/.test(word)) return true;
  const often = explanations.filter((one) => one.has(word)).length >= COMMON;
  return /^[a-z]+$/.test(word) && word.length >= LEAST && !often && !PLAIN.has(word);
}

/** Also within a script that puts no spaces between words. */
function stands(name: string, words: string): boolean {
  for (let at = words.indexOf(name); at >= 0; at = words.indexOf(name, at + 1)) {
    const [before = '', after = ''] = [words[at - 1], words[at + name.length]];
    if (!/[a-z0-9_-]/.test(before) && !/[a-z0-9_]/.test(after)) return true;
  }
  return false;
}
