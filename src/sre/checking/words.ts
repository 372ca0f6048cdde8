/** Quotations and names in a claim: a quoted log line, a change id, a version must stand in the evidence literally. */
import { type Facts, holdsName, plain } from './facts.ts';
import type { Remainder } from './remainder.ts';

const QUOTED = /"([^"]+)"|“([^”]+)”|`+([^`]+)`+|(?<![\w])'([^']{3,})'(?!\w)|«([^»]+)»/g;
const EVIDENCE_ID = /\bE[1-9]\d*\b/g;
/** Ways to say a class of things that contain a digit and name nothing. */
const IDIOM = /\b(?:[1-5]xx|utf-?8|sha-?256|rfc ?\d+|http\/[123](?:\.[01])?|k8s|ipv[46]|s3|ec2|b2b|p2p|i18n)\b/gi;
const PERCENTILE = /\bp(50|75|90|95|99|999|99\.9|100)\b/gi;
/** Letters and digits grown together, or hyphen-joined ending in digits: `chg-1042`, `v2.14.0`, `9f3e1ab`, `pod-7fc9`. */
const NAME =
  /(?<![\w.])(?:[A-Za-z_][\w./:@-]*\d[\w./:@-]*|(?=[0-9a-f]{7,}(?![\w]))\d+[a-f][0-9a-f]*|\d+\.\d+\.\d[\w.-]*|\d+-[A-Za-z][\w-]*\d[\w-]*)/g;

export function checkWords(claim: Remainder, facts: Facts): string[] {
  const problems: string[] = [];
  const { text } = claim;
  for (const match of claim.take(QUOTED)) {
    const quoted = match.slice(1).find((group) => group !== undefined) ?? '';
    const missed = deniesBefore(text.slice(0, match.index));
    if (!holdsQuote(missed ? facts.names : facts.text, quoted))
      problems.push(`the quotation ${JSON.stringify(quoted)} is not in the cited evidence`);
  }
  claim.take(EVIDENCE_ID);
  claim.take(IDIOM);
  for (const [text, digits] of claim.take(PERCENTILE)) {
    if (!holdsPercentile(facts, digits ?? '')) problems.push(`${text} is not what the cited evidence measures`);
  }
  for (const [found] of claim.take(NAME)) {
    const name = found.replace(/[./:@-]+$/, '');
    if (!holdsName(facts.names, name)) problems.push(`${name} is not in the cited evidence`);
  }
  return problems;
}

/** What was asked for and not found stands in the question alone: `no line says "…"`. */
function deniesBefore(text: string): boolean {
  return /\b(?:no|not|none|never|nothing|nobody|neither|nor|without|zero|0)\b[^.;:!?]*$|n['’]t\b[^.;:!?]*$/i.test(text);
}

/** An ellipsis leaves out, it does not join: each part must be there. */
function holdsQuote(text: string, quoted: string): boolean {
  return plain(quoted)
    .split(/…|\.{3}|\[\.\.\.\]/)
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .every((part) => text.includes(part) || text.includes(part.replace(/[.,;:]$/, '')));
}

function holdsPercentile(facts: Facts, digits: string): boolean {
  const quantile = digits === '100' ? '1' : `0.${digits.replace('.', '')}`.replace(/0+$/, '');
  return facts.names.includes(`p${digits}`) || facts.names.includes(quantile);
}
