/** The draft of a postmortem, from the record alone: what was seen, decided and done, with times. No model writes here. */
import type { CaseRecord } from './case-record.ts';
import { list, plain, section } from './drafting/markdown.ts';
import { cause, hypotheses, impact, ruledOut } from './drafting/of-finding.ts';
import { done, evidenceTable, facts, followUps, timelineTable } from './drafting/of-record.ts';

/** Markdown. What only people can know is left to them, in italics. Text from outside is escaped. */
export function postmortem(record: CaseRecord): string {
  const { incident } = record;
  const { finding } = incident;
  const parts = [
    `# Postmortem: ${plain(incident.title)}`,
    'A draft from the record of the incident. What is in _italics_ is for people to fill in or correct.',
    facts(record),
    section('Summary', finding === null ? '_No finding was reported._' : plain(finding.summary)),
    section('Impact', impact(finding)),
    section('Cause', cause(finding)),
    section('What was ruled out', ruledOut(finding)),
    ...hypotheses(incident),
    section('What was done', done(record)),
    section('Timeline (UTC)', timelineTable(record.timeline)),
    section('What could not be looked at', list(finding?.could_not_access ?? [], 'Nothing: every source answered.')),
    section('What went well', '_…_'),
    section('What went badly, and where we were lucky', '_…_'),
    section('What will be changed', followUps(record)),
    section('Evidence', evidenceTable(record)),
  ];
  return `${parts.join('\n\n')}\n`;
}
