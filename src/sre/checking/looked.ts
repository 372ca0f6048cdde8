/**
 * Statements about looking itself. A source that could not be asked shows that it could not be, and one that found nothing
 * shows that nothing was found; neither shows anything else.
 */
import type { Facts } from './facts.ts';
import { plain } from './facts.ts';

/** What is asked, and what it is asked for. Of a service nothing is said by any of these words. */
const SOURCE = String.raw`(?:logs?|metrics?|traces?|diffs?|series|samples?|feeds?|sources?|tools?|quer(?:y|ies)|questions?|search(?:es)?|telemetry|evidence|lists?|instruments?|(?:get|list|search)_\w+)`;
/** Where one of these stands between, what follows is told by the source and not of it. */
const GAP = String.raw`(?:(?!\b(?:that|because|since|which|when|while|so|as|shows?|showed|says?|said|records?|reports?|tells?|told|proves?|confirms?|indicates?|reveals?)\b)[^.;:])`;
const READ =
  '(?:look|read|ask|quer|fetch|retriev|list|search|judg|measur|check|see|consult|answer|load|open|reach|access)';
const LOOKED = [
  /** "could not look", "I was unable to read the log", "the changes could not be asked for". */
  new RegExp(
    String.raw`(?:^|\b(?:i|we|it|and|so|vigil|nobody|they|analyst|investigation)\s+)(?:(?:could|can) ?not|can[’']t|couldn[’']t|was unable to|am unable to|were unable to|unable to)\s+${READ}`,
  ),
  /\b(?:could|can) ?not be (?:\w+ly )?(?:read|looked|asked|quer|fetch|retriev|list|search|judg|measur|check|seen|consult|answered|loaded)/,
  new RegExp(
    String.raw`\b${SOURCE}\b${GAP}{0,80}?(?:\b(?:could|can) ?not\b|\bunable\b|\bun(?:available|reachable)\b|\bfailed\b|\brefuse[sd]?\b|\bforb[ai]d\w*|\bdenied\b|\btime[sd]?[ -]?out\b|\bno answer\b|\bdid not answer\b|\bnot (?:answer\w*|configured|available|seen|known|reachable)\b)`,
  ),
  /\bnot (?:been )?(?:judged|read|looked at|measured)\b/,
  /\b(?:nothing|none|nobody|no one)\b[^.;:]{0,60}\b(?:known|seen|read|looked|answered|said|named|found|measured)\b/,
];
/** What happens to services, and is no act of looking. */
const HAPPENED =
  /\b(?:fail\w*|refus\w*|den(?:y|ies|ied)|forb[ai]d\w*|time[sd]?[ -]?outs?|un(?:available|reachable)|slow\w*|r(?:ise|ises|ose)|f[ae]ll|climb\w*|drop\w*|errors?|crash\w*|broken?|broke|down|caus\w*|clean|healthy|calm|normal|fine|flat|quiet|leak\w*|full|exhaust\w*|restart\w*|deployed|began|begins?|start\w*|overload\w*|saturat\w*|work(?:s|ed)|not answer\w*|no answer)\b/;

/** Says no more than that it could not be looked. `facts` are of sources that could not. */
export function saysNotLooked(text: string, facts: Facts): boolean {
  const said = plain(text);
  const clauses = said
    .split(/[.;:,()]+(?:\s|$)|\s\(|\b(?:because|since|so|but|which|while|although|therefore|after|when|as)\b/)
    .map((clause) => clause.trim())
    .filter((clause) => clause !== '');
  const ofLooking = (clause: string): boolean => LOOKED.some((pattern) => pattern.test(clause));
  const repeated = (clause: string): boolean => facts.text.includes(clause);
  return clauses.some(ofLooking) && clauses.every((one) => ofLooking(one) || repeated(one) || !HAPPENED.test(one));
}

/** In the languages in which findings are read most. */
const DENIES =
  /\b(?:no|not|none|never|nothing|nobody|neither|nor|without|zero|0|empty|clean|quiet|silent|calm|absent|missing|lacks?|lacking|kein\w*|nicht\w*|ohne|leer|sin|ning[uú]n\w*|nada|vac[ií][oa]|aucun\w*|rien|pas|sans)\b|n['’]t\b|[不没無无]|ない|なし|ません/i;

/** Says that something is not there, which is all that a question without an answer shows. */
export function saysNothingFound(text: string): boolean {
  return DENIES.test(text) || saysJudged(text);
}

function saysJudged(text: string): boolean {
  return /\b(?:asked|looked|searched|queried|read)\b/i.test(text) && !HAPPENED.test(plain(text));
}
