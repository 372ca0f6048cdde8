import { describe, expect, test } from 'vitest';
import { checkFinding } from '../../src/sre/check-finding.ts';
import type { Finding } from '../../src/sre/finding.ts';
import type { EvidenceId } from '../../src/sre/ids.ts';
import { aFinding, anEvidence, anIncident } from '../kit/nouns.ts';

const metrics = anEvidence({
  id: 'E1',
  tool: 'get_metrics',
  query: { metric: 'http_request_duration_seconds', labels: { service: 'checkout', quantile: '0.99' }, limit: 777 },
  range: { start: '2026-11-20T23:00:00Z', end: '2026-11-21T02:00:00Z' },
  content: JSON.stringify({
    data: [
      {
        labels: { service: 'checkout', quantile: '0.99', pod: 'checkout-7fc9d' },
        points: [
          [1795223580000, 0.18],
          [1795223640000, 2.4132],
        ],
        error_share: 0.1254,
        delta: -0.4,
        bytes: 536870912,
        total: 48213,
      },
    ],
  }),
});
const changes = anEvidence({
  id: 'E2',
  tool: 'get_recent_changes',
  query: { window: '24h' },
  content: JSON.stringify({
    data: [
      {
        id: 'chg-1042',
        kind: 'deploy',
        service: 'checkout',
        time: '2026-11-21T01:12:07Z',
        title: 'Retry "slow" calls',
        ref: '9f3e1ab27c',
      },
      { id: 'flag-dark-mode', kind: 'flag', service: 'web', time: '2026-11-20T22:58:00Z', title: 'v2.14.0 of theme' },
      {
        id: 'chg-1043',
        kind: 'config',
        service: 'db',
        time: '2026-11-20T21:00:00Z',
        title: 'pool 50 of 50',
        ref: '27fa6ca',
      },
    ],
  }),
});
const logs = anEvidence({
  id: 'E3',
  tool: 'search_logs',
  content: JSON.stringify({
    data: {
      total: 1234,
      lines: [
        { time: '2026-11-21T01:15:00.250Z', message: 'timeout after 30000ms: pool "main" exhausted\n(50 in use)' },
      ],
    },
  }),
});
const empty = anEvidence({ id: 'E4', tool: 'search_logs', content: JSON.stringify({ data: { lines: [] } }) });
const blind = anEvidence({
  id: 'E5',
  tool: 'search_logs',
  query: { text: 'root login' },
  content: JSON.stringify({ error: 'could not look (timeout): no answer within 15 s', kind: 'unavailable' }),
});
const missed = anEvidence({
  id: 'E6',
  tool: 'search_logs',
  query: { text: 'root login', start: '-97h' },
  content: JSON.stringify({ data: { lines: [], total: 0, window_hours: 97, step_seconds: 4711 } }),
});
const row = (service: string, value: number) => ({
  labels: { service, quantile: '0.99' },
  points: [['2026-11-21T01:14:20Z', value / 10]],
  stats: { n: 361, max: value },
  change: { at: '2026-11-21T01:13:40Z', plus_minus_minutes: 3.9, from: value / 10, to: value },
});
const inUnit = (id: 'E7' | 'E8', unit: string, ...series: object[]) =>
  anEvidence({
    id,
    tool: 'get_metrics',
    content: JSON.stringify({ range: null, data: { metric: 'm', unit, group_by: ['service'], series } }),
  });
const seconds = inUnit('E7', 'seconds', row('cart', 2.41), row('web-bff', 0.77));
const ratio = inUnit('E8', 'ratio', row('cart', 0.125));
const asked = { start: '2026-11-21T13:00:00Z', end: '2026-11-21T14:05:00Z' };
const windowed = anEvidence({
  ...{ id: 'E9', tool: 'search_logs', range: asked },
  content: JSON.stringify({
    range: asked,
    data: { patterns: [{ template: 'order failed', count: 28, first: '2026-11-21T13:30:10Z' }] },
  }),
});
const evidence = [metrics, changes, logs, empty, blind, missed, seconds, ratio, windowed];

function reasons(text: string, ids: string[] = ['E1', 'E2', 'E3']): string[] {
  return checkFinding(aFinding({ claims: [{ text, evidence: ids }] }), evidence).flatMap((problem) => problem.reasons);
}
const ok = (text: string, ids?: string[]) => expect(reasons(text, ids)).toEqual([]);
const bad = (text: string, reason: RegExp, ids?: string[]) => expect(reasons(text, ids).join('; ')).toMatch(reason);

describe('numbers that are in the evidence', () => {
  test.each([
    ['as written', 'latency reached 2.4132'],
    ['rounded', 'latency reached 2.41 s'],
    ['rounded to one digit after the point', 'latency reached 2.4 s'],
    ['in milliseconds where the data has seconds', 'latency reached 2,413 ms'],
    ['grouped by commas', 'there were 48,213 requests'],
    ['shortened with k', 'there were 48.2k requests'],
    ['a share as percent', 'errors reached 12.5 % of requests'],
    ['a share as whole percent', '13% of requests failed'],
    ['a fall without its sign', 'traffic fell by 40 %'],
    ['bytes as MiB', 'memory stands at 512 MiB'],
    ['bytes as decimal MB', 'memory stands at 536.9 MB'],
    ['roughly', 'about 50,000 requests'],
    ['a duration in the log line', 'calls give up after 30 s'],
    ['the count of rows', 'there were 3 changes'],
    ['the length of the window', 'over the last 3 hours'],
    ['a range sharing one unit', 'between 180 and 2413 ms'],
    ['nothing found', '0 lines match', ['E4']],
    ['a hyphened unit', 'the 3-hour window'],
    ['a duration in two parts', 'from 2026-11-20T22:58:00Z to 01:12:07Z, 2 h 14 min'],
  ])('%s', (_name, text, ids?: string[]) => ok(text, ids));
});

describe('numbers that are not', () => {
  test.each([
    ['invented', 'latency reached 3.7 s'],
    ['rounded too far', 'latency reached 2.6 s'],
    ['of another magnitude', 'latency reached 24 s'],
    ['only in the query, which the model wrote', 'there were 777 errors'],
    ['in evidence that is not cited', 'there were 1234 timeouts', ['E1']],
    ['part of an id', 'there were 1042 errors', ['E2']],
    ['part of a timestamp', 'it failed 58 times', ['E2']],
    ['part of a version', 'it failed 14 times', ['E2']],
    ['made from two list items', 'it failed 180241 times', ['E1']],
    ['roughly, but far off', 'about 60,000 requests'],
    ['zero where something was found', '0 lines match', ['E3']],
    ['a quantile taken for a share', '99 % of requests failed', ['E1']],
    ['a width of steps that was asked for', '4711 requests failed', ['E6']],
    ['a length of window that was asked for', '97 requests failed', ['E6']],
    ['half of a duration', 'it took 3 h 20 min'],
  ])('%s', (_name, text, ids?: string[]) => bad(text, /the number .* is not in the cited evidence/, ids));
});

describe('arithmetic on numbers of the same claim', () => {
  test('a factor follows from the two values it compares', () => ok('p99 went from 0.18 s to 2.4132 s, 13.4x'));
  test('a relative change follows', () => ok('p99 rose from 180 ms to 2413 ms, by 1241 %'));
  test('a duration between two stated times follows', () =>
    ok('the deploy at 01:12:07, the first timeout at 01:15:00, 173 s later'));
  test('a factor that does not follow is refused', () => bad('p99 went from 0.18 s to 2.4132 s, 20x', /20x/));
  test('arithmetic on a number that is itself invented is refused', () =>
    bad('from 0.7 s to 2.1 s, 3x', /0\.7 s.*2\.1 s/));
});

describe('times', () => {
  test.each([
    ['RFC 3339 as recorded', 'deployed at 2026-11-21T01:12:07Z'],
    ['RFC 3339 in another zone', 'deployed at 2026-11-21T02:12:07+01:00'],
    ['without fraction', 'first timeout 2026-11-21T01:15:00Z'],
    ['to the minute', 'deployed at 2026-11-21T01:12Z'],
    ['a clock time', 'deployed at 01:12 UTC'],
    ['a clock time with seconds', 'deployed at 01:12:07Z'],
    ['a clock time before a colon', 'at 01:12: the deploy'],
    ['a date', 'since 2026-11-20'],
    ['a date in words', 'since Nov 20 and still on 21 November'],
    ['a sample given as epoch milliseconds', 'at 01:14 latency rose', ['E1']],
    ['the end of the window', 'up to 2026-11-21T02:00:00Z', ['E1']],
  ])('%s', (_name, text, ids?: string[]) => ok(text, ids));

  test.each([
    ['another hour', 'deployed at 03:12 UTC'],
    ['another second', 'deployed at 01:12:37Z'],
    ['another minute, before a colon', 'at 01:52: the deploy'],
    ['another day', 'deployed on 2026-11-19'],
    ['another month', 'since Oct 20'],
    ['a moment nobody recorded', 'deployed at 2026-11-21T01:20:00Z'],
  ])('%s is refused', (_name, text) => bad(text, /the time .* is not in the cited evidence/));
});

describe('quotations and names', () => {
  test.each([
    ['a log line over a line break', 'it says "timeout after 30000ms: pool "main" exhausted'],
    ['a part of a log line', 'it says `pool "main" exhausted`'],
    ['parts around an ellipsis', 'it says "timeout after … (50 in use)"'],
    ['a change id', 'chg-1042 went out'],
    ['a commit', 'commit 9f3e1ab27c went out'],
    ['a short commit that begins with digits', 'commit 27fa6ca went out'],
    ['a version', 'theme v2.14.0 went out'],
    ['a pod', 'pod checkout-7fc9d is slow'],
    ['a percentile of the data', 'p99 is high'],
    ['a label of a series', 'quantile "0.99"'],
    ['what was looked for and not found', 'no line says "root login"', ['E6']],
    ['status classes and evidence ids, which name nothing', 'many 5xx, see E1 and E3'],
  ])('%s', (_name, text, ids?: string[]) => ok(text, ids));

  test.each([
    ['an invented log line', 'it says "connection refused by peer"'],
    ['a log line with one word changed', 'it says "pool main depleted"'],
    ['an invented quotation in single quotes', "it says 'out of memory'"],
    ['parts in quotes of which one is invented', 'it says "timeout after … (90 in use)"'],
    ['what was looked for, as if it had been found', 'the log says "root login"', ['E6']],
    ['the same, after a denial of something else', 'This is no probe. The log says "root login"', ['E6']],
    ['another change id', 'chg-2042 went out'],
    ['another commit', 'commit 9f3e1ab27d went out'],
    ['another short commit', 'commit 27fa6cb went out'],
    ['another version', 'theme v2.15.0 went out'],
    ['another percentile', 'p50 is high'],
  ])('%s is refused', (_name, text, ids?: string[]) => bad(text, /is not/, ids));
});

describe('a source that could not look', () => {
  test.each([
    ['it could not be read', 'the log could not be read'],
    ['in the first person', 'I could not look at the logs of checkout; nothing is known of them.'],
    ['how it ended', 'search_logs timed out and was not judged'],
    ['the source was down', 'The log source was unreachable, so none of its lines were seen.'],
    ['its own words', 'could not look (timeout): no answer within 15 s'],
    ['not judged', 'Looked at with search_logs, and not judged.'],
  ])('supports that it could not: %s', (_name, text) => ok(text, ['E5']));

  test.each([
    ['calm', 'the log is clean'],
    ['a failure of a service', 'checkout failed because payments refused'],
    ['a service that was down', 'payments was unavailable'],
    ['a service that could not do something', 'checkout could not connect to payments'],
    ['what a source is said to tell', 'the logs show that payments denied access'],
    ['the world beside the source', 'the log could not be read because payments crashed'],
    ['a timeout of another', 'payments timed out'],
  ])('supports nothing else: %s', (_name, text) => bad(text, /E5 could not look, and shows nothing/, ['E5']));

  test('takes nothing from what others show', () => ok('checkout is slow', ['E1', 'E5']));
});

describe('an answer without anything in it', () => {
  test.each(['no line says so', 'the log is quiet', 'Im Log steht nichts.', 'The log was searched.'])(
    'supports that nothing is there: %s',
    (text) => ok(text, ['E4']),
  );
  test('supports nothing that is', () => bad('payments rejects all cards', /E4 found nothing/, ['E4']));
});

describe('the window that was asked for', () => {
  test.each([
    'between 13:00 and 14:05 no timeout was found',
    'from 13:00 to 14:05 orders failed 28 times',
    'over 13:00–14:05 orders failed',
    'zwischen 13:00 und 14:05 nichts von Zeitüberschreitungen',
    'orders failed up to 14:05',
    'the window begins at 13:00; orders failed from 13:30 on',
    'no timeouts since 13:00',
  ])('may be named: %s', (text) => ok(text, ['E9']));
  test.each([
    'the errors began at 14:05',
    'orders fail since 13:00',
    'errors lasted until 14:05',
    'it jumped at 2026-11-21T13:00:00Z',
    'No doubt the errors began at 14:05',
  ])('is no moment at which something happened: %s', (text) => bad(text, /the time .* is not in/, ['E9']));
});

describe('what was measured in a unit that the source names', () => {
  test.each([
    ['cart p99 rose from 241 ms to 2.41 s', ['E7']],
    ['cart p99 is 2.4 s (± 4 min)', ['E7']],
    ['12.5 % of cart requests fail', ['E8']],
    ['a share of 0.125 of cart requests', ['E8']],
  ])('may be told in others of its kind: %s', (text, ids) => ok(text, ids));
  test.each([
    ['cart p99 rose to 2.41 ms', ['E7']],
    ['cart p99 rose to 2.41 h', ['E7']],
    ['0.125 % of cart requests fail', ['E8']],
  ])('is not another size: %s', (text, ids) => bad(text, /the number .* is not in/, ids));
});

describe('numbers of several series', () => {
  test.each([
    'web-bff p99 is 0.77 s',
    'cart is at 2.41 s and web-bff at 0.77 s',
    'cart p99 rose; the others are at 0.77 s',
  ])('stand for whom they are measured: %s', (text) => ok(text, ['E7']));
  test('stand for either of two ends when a name stands under both', () => {
    const calls = [
      { labels: { service: 'epg', to: 'epg-db' }, stats: { max: 0.26 } },
      { labels: { service: 'web', to: 'epg' }, stats: { max: 0.31 } },
    ];
    const content = JSON.stringify({ data: { metric: 'm', unit: 'seconds', series: calls } });
    const claims = [{ text: 'epg is at 0.26 s', evidence: ['E1'] }];
    expect(checkFinding(aFinding({ claims }), [anEvidence({ id: 'E1', content })])).toEqual([]);
  });
  test('do not stand for the neighbour that a claim names', () =>
    bad('web-bff p99 rose to 2.41 s', /the number 2\.41 s is not in/, ['E7']));
});

describe('the finding around its claims', () => {
  test('evidence that was never recorded supports nothing', () =>
    bad('checkout is slow', /E99 is no recorded evidence/, ['E99']));

  test('what is ruled out is held to the same rule', () => {
    const problems = checkFinding(
      aFinding({
        claims: [{ text: 'checkout is slow', evidence: ['E1'] }],
        ruled_out: [
          { hypothesis: 'the flag', change_id: 'flag-other', why: 'it came 999 minutes early', evidence: ['E2'] },
        ],
      }),
      evidence,
    );
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ where: 'ruled_out[0]' });
    expect(problems[0]?.reasons.join()).toMatch(/999 minutes.*flag-other/);
  });

  test('a cause must be a change that some evidence names', () => {
    const cause = { service: 'checkout', change_id: 'chg-1', kind: 'deploy', mechanism: 'leak' };
    expect(checkFinding(aFinding({ cause }), evidence)).toMatchObject([{ where: 'cause.change_id' }]);
    expect(checkFinding(aFinding({ cause: { ...cause, change_id: 'flag-dark-mode' } }), evidence)).toEqual([]);
  });

  test('an onset outside of all data is refused', () => {
    expect(checkFinding(aFinding({ onset: '2026-11-25T00:00:00Z' }), evidence)).toMatchObject([{ where: 'onset' }]);
    expect(checkFinding(aFinding({ onset: '2026-11-21T01:13:30Z' }), evidence)).toEqual([]);
  });

  test.each<[string, Partial<Finding>]>([
    ['summary', { summary: 'Checkout lost 4,711 orders.' }],
    ['trigger', { trigger: 'The log says "root login".' }],
    ['blast_radius', { blast_radius: '87 % of all users' }],
    [
      'cause.mechanism',
      { cause: { service: 'db', change_id: null, kind: 'config', mechanism: 'chg-7777 made the pool smaller.' } },
    ],
  ])('%s says nothing that no evidence of the incident holds', (where, over) => {
    const finding = aFinding({ claims: [{ text: 'checkout is slow', evidence: ['E1'] }], ...over });
    expect(checkFinding(finding, evidence)).toMatchObject([{ where }]);
  });

  test('the words around the claims may repeat the alert, and guess how long something lasts', () => {
    const summary = 'Checkout is over its 850 ms; a restart buys about 1 h 50 min.';
    const finding = aFinding({ summary, claims: [{ text: 'checkout is slow', evidence: ['E1'] }] });
    const [alert] = anIncident().alerts;
    if (alert === undefined) throw new Error('there is no alert');
    const alerts = [{ ...alert, annotations: { summary: 'p99 above 850ms' } }];
    expect(checkFinding(finding, evidence, alerts)).toEqual([]);
    expect(checkFinding(finding, evidence)).toMatchObject([
      { reasons: ['the number 850 ms is not in the cited evidence'] },
    ]);
  });

  test('evidence ids are per incident and never made up by type', () => {
    const id: EvidenceId = 'E2';
    expect(evidence.map((item) => item.id)).toContain(id);
  });
});
