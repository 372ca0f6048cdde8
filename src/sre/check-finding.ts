/**
 * Is every claim in the evidence it cites? Pure. A claim with no evidence, or with a number, time, quotation or name
 * that its evidence does not hold, goes back to whoever made it, with the reason.
 */
import type { Alert } from './alert.ts';
import { type Facts, factsOf, holdsName, joinedFacts } from './checking/facts.ts';
import { beyondHistory, causeByHistory, isHistory } from './checking/history.ts';
import { saysNothingFound, saysNotLooked } from './checking/looked.ts';
import { ofNamed } from './checking/named.ts';
import { checkQuantities } from './checking/quantities.ts';
import { Remainder } from './checking/remainder.ts';
import { checkTimes } from './checking/times.ts';
import { checkWords } from './checking/words.ts';
import type { Evidence } from './evidence.ts';
import type { Finding } from './finding.ts';

export interface Unsupported {
  /** `claims[2]`, `ruled_out[0]`, `cause.change_id`, `onset`. */
  where: string;
  text: string;
  reasons: string[];
}

/** Something that is said, and what it cites. */
export interface Statement {
  where: string;
  text: string;
  ids: readonly string[];
  /** An id beside the text that must stand in the same evidence. */
  name: string | null;
}

/** What of a piece of evidence is held against a statement. */
export type Checked = Pick<Evidence, 'id' | 'tool' | 'query' | 'range' | 'content'>;

/** Empty when the finding stands. `alerts`: what it began with, which the words around the claims may repeat. */
export function checkFinding(
  finding: Finding,
  evidence: readonly Checked[],
  alerts: readonly Alert[] = [],
): Unsupported[] {
  const known = factsById(evidence);
  const past = pastIn(evidence);
  const now = [...known].flatMap(([id, facts]) => (past.has(id) ? [] : [facts]));
  const of = (facts: readonly Facts[]) => joinedFacts([...facts, ...alerts.map(told)]);
  return [
    ...checkAll(statementsOf(finding), known, past),
    ...checkCause(finding, now, past),
    ...checkProse(finding, { all: of([...known.values()]), now: of(now) }),
  ];
}

/** Ids of what is no evidence of the present. */
function pastIn(evidence: readonly Checked[]): Set<string> {
  return new Set(evidence.filter(isHistory).map(({ id }) => id));
}

function told(alert: Alert): Facts {
  return factsOf({ content: JSON.stringify(alert), query: {}, range: null });
}

/** Those that do not stand in what they cite. */
export function checkStatements(statements: readonly Statement[], evidence: readonly Checked[]): Unsupported[] {
  const cited = new Set(statements.flatMap(({ ids }) => ids));
  return checkAll(statements, factsById(evidence.filter(({ id }) => cited.has(id))), pastIn(evidence));
}

/** Each piece of evidence is read once, however many statements cite it. */
function factsById(evidence: readonly Checked[]): Map<string, Facts> {
  return new Map(evidence.map((item) => [item.id, factsOf(item)]));
}

function checkAll(
  statements: readonly Statement[],
  known: ReadonlyMap<string, Facts>,
  past: ReadonlySet<string>,
): Unsupported[] {
  return statements
    .map(({ where, text, ids, name }) => {
      const byHistory = ids.length > 0 && ids.every((id) => past.has(id)) ? beyondHistory(where, text, ids) : [];
      return { where, text, reasons: [...checkText(text, ids, known, name), ...byHistory] };
    })
    .filter(({ reasons }) => reasons.length > 0);
}

function statementsOf(finding: Finding): Statement[] {
  return [
    ...finding.claims.map((claim, at) => ({
      where: `claims[${at}]`,
      text: claim.text,
      ids: claim.evidence,
      name: null,
    })),
    ...(finding.runbooks ?? []).flatMap(({ contradicted }, of) =>
      contradicted.map(({ seen, evidence: ids }, at) => ({
        where: `runbooks[${of}].contradicted[${at}]`,
        text: seen,
        ids,
        name: null,
      })),
    ),
    ...finding.ruled_out.map((item, at) => ({
      where: `ruled_out[${at}]`,
      text: item.why,
      ids: item.evidence,
      name: item.change_id ?? null,
    })),
  ];
}

function checkText(
  text: string,
  ids: readonly string[],
  known: ReadonlyMap<string, Facts>,
  name: string | null,
): string[] {
  const missing = ids.filter((id) => !known.has(id));
  if (missing.length > 0) return missing.map((id) => `${id} is no recorded evidence of this incident`);
  const facts = joinedFacts([...new Set(ids)].flatMap((id) => known.get(id) ?? []));
  const named = name === null || holdsName(facts.names, name) ? [] : [`${name} is not in the cited evidence`];
  return [...checkLooked(text, ids, facts), ...checkWritten(text, ofNamed(text, facts)), ...named];
}

function checkLooked(text: string, ids: readonly string[], facts: Facts): string[] {
  if (facts.blind && !saysNotLooked(text, facts))
    return [`${ids.join(', ')} could not look, and shows nothing but that it could not be read`];
  if (facts.empty && !saysNothingFound(text)) return [`${ids.join(', ')} found nothing, and shows nothing but that`];
  return [];
}

function checkWritten(text: string, facts: Facts, options: { forecast?: boolean } = {}): string[] {
  const written = new Remainder(text);
  const times = checkTimes(written, facts);
  const words = checkWords(written, facts);
  return [...times.problems, ...words, ...checkQuantities(written, facts, times.stated, options)];
}

/** What is said beside the claims cites nothing itself, so all evidence of the incident may support it; of the cause, `now`. */
function checkProse(finding: Finding, { all, now }: { all: Facts; now: Facts }): Unsupported[] {
  const { summary, trigger, blast_radius, cause } = finding;
  const texts: [string, string | null, Facts][] = [
    ['summary', summary, all],
    ['cause.mechanism', cause?.mechanism ?? null, now],
    ['trigger', trigger, now],
    ['blast_radius', blast_radius, all],
  ];
  return texts.flatMap(([where, text, facts]) => {
    const reasons = text === null ? [] : checkWritten(text, facts, { forecast: true });
    return reasons.length === 0 ? [] : [{ where, text: text ?? '', reasons }];
  });
}

/** Cause and onset cite nothing themselves, so all evidence of the present may support them. */
function checkCause(finding: Finding, known: readonly Facts[], past: ReadonlySet<string>): Unsupported[] {
  const byHistory = causeByHistory(finding, past);
  const problems: Unsupported[] =
    byHistory.length === 0 ? [] : [{ where: 'cause', text: finding.cause?.mechanism ?? '', reasons: byHistory }];
  const changeId = finding.cause?.change_id ?? null;
  if (changeId !== null && !known.some(({ text }) => holdsName(text, changeId))) {
    problems.push({ where: 'cause.change_id', text: changeId, reasons: ['no recorded evidence names this change'] });
  }
  const moments = known.flatMap((facts) => [...facts.moments, ...facts.bounds]);
  if (finding.onset !== null && !withinData(Date.parse(finding.onset), moments)) {
    problems.push({ where: 'onset', text: finding.onset, reasons: ['no recorded evidence covers this time'] });
  }
  return problems;
}

function withinData(at: number, moments: readonly number[]): boolean {
  return moments.some((known) => known <= at) && moments.some((known) => known >= at);
}
