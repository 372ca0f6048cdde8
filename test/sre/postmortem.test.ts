import { expect, test } from 'vitest';
import type { CaseRecord } from '../../src/sre/case-record.ts';
import type { Hypothesis } from '../../src/sre/hypothesis.ts';
import { postmortem } from '../../src/sre/postmortem.ts';
import { aFinding, anAction, anAlert, anEvidence, anIncident } from '../kit/nouns.ts';

const at = (minute: number) => `2026-11-21T05:${String(minute).padStart(2, '0')}:00.000Z`;
const person = { id: 'U1', name: 'ann', via: 'slack' } as const;
const entry = (minute: number, kind: CaseRecord['timeline'][number]['kind'], text: string) =>
  ({ seq: minute, incident: 'inc_1', at: at(minute), kind, actor: 'system', text, ref: null }) as const;

function record(over: Partial<CaseRecord> = {}): CaseRecord {
  const { content: _content, ...evidence } = anEvidence();
  return {
    incident: anIncident({
      alerts: [anAlert({ startsAt: at(5) })],
      finding: aFinding({ onset: at(0), could_not_access: ['search_logs: not configured'] }),
      state: { is: 'monitoring', since: at(20), back: at(40) },
      model: 'vigil-analyst',
    }),
    actions: [anAction({ state: { is: 'done', by: person, at: at(20), url: 'https://g/1', number: 1, branch: 'b' } })],
    evidence: [
      { ...evidence, url: 'https://m/graph?x=1' },
      { ...evidence, id: 'E9' },
    ],
    timeline: [entry(5, 'detect', 'fires'), entry(7, 'observe', 'a tool call'), entry(9, 'finding', 'found')],
    ...over,
  };
}

test('how long everything took stands at the top, counted from what the telemetry shows', () => {
  const text = postmortem(record());
  expect(text).toContain('| Alerted | 2026-11-21 05:05:00 (5 min later) |');
  expect(text).toContain('| Finding | 2026-11-21 05:09:00 (4 min later) |');
  expect(text).toContain('| Change proposed and made | 2026-11-21 05:20:00 (15 min later) |');
  expect(text).toContain('| Back at baseline | 2026-11-21 05:40:00 (40 min later) |');
});

test('that the signal came back is known also after the incident was resolved', () => {
  const state = { is: 'resolved', at: at(50), by: 'ann', back: at(40) } as const;
  expect(postmortem(record({ incident: anIncident({ state }) }))).toContain('| Back at baseline | 2026-11-21 05:40:00');
  const { back: _back, ...unseen } = state;
  expect(postmortem(record({ incident: anIncident({ state: unseen }) }))).toContain(
    '| Back at baseline | _not seen_ |',
  );
});

test('what people raised is in the draft, settled or not', () => {
  const { incident } = record();
  const by = { is: 'person', name: 'ann', remark: 3 } as const;
  const hypotheses: Hypothesis[] = [
    {
      id: 'H1',
      statement: 'the cache',
      by,
      at: at(6),
      state: { is: 'refuted', why: 'Full.', evidence: ['E9'], at: at(7) },
    },
    { id: 'H2', statement: 'the moon', by, at: at(6), state: { is: 'open' } },
  ];
  const text = postmortem(record({ incident: { ...incident, hypotheses } }));
  expect(text).toContain('- H1 (raised by ann): the cache: refuted. Full. (E9)');
  expect(text).toContain('- H2 (raised by ann): the moon: not settled');
  expect(text).toContain('| E9 |');
  expect(postmortem(record())).not.toContain('What else was thought of');
});

test('claims carry their evidence, and only what was cited is listed', () => {
  const text = postmortem(record());
  expect(text).toMatch(/- .* \(E1\)/);
  expect(text).toMatch(/\| E1 \| get\\?_metrics/);
  expect(text).not.toContain('| E9 |');
  expect(text).toContain('- search\\_logs: not configured');
  expect(text).toContain('https://g/1');
  expect(text).toContain('| [world test](https://m/graph?x=1) |');
  expect(text).not.toContain('a tool call');
});

test('without a finding it says what is not known, and invents nothing', () => {
  const text = postmortem(record({ incident: anIncident(), actions: [], evidence: [], timeline: [] }));
  expect(text).toContain('_No finding was reported._');
  expect(text).toContain('| Began | _not found in the telemetry_ |');
  expect(text).toContain('No change was proposed.');
  expect(text).toContain('No evidence was cited.');
});

test('what came from outside is text, never markup', () => {
  const title = '<img src=x onerror=alert(1)> | [click](javascript:alert(1))\n# heading';
  const text = postmortem(record({ incident: anIncident({ title }) }));
  expect(text).not.toMatch(/(^|[^\\])<img/);
  expect(text).not.toMatch(/(^|[^\\])\[click\]/);
  expect(text.split('\n')[0]).toContain('heading');
});
