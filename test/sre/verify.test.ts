import { expect, test } from 'vitest';
import type { Incident } from '../../src/sre/incident.ts';
import { mergeMetrics } from '../../src/sre/merging/merge-metrics.ts';
import type { Incidents } from '../../src/sre/ports/incidents.ts';
import type { Metrics } from '../../src/sre/ports/metrics.ts';
import { resolve } from '../../src/sre/resolve.ts';
import { verify } from '../../src/sre/verify.ts';
import { freshIncidents } from '../kit/fresh-incidents.ts';
import { anAlert, anEvidence, anIncident } from '../kit/nouns.ts';
import { NOW, noise, type Planted, type SmallWorld, smallWorld } from '../kit/small-world.ts';

const MINUTE = 60_000;
const ago = (minutes: number) => new Date(NOW - minutes * MINUTE).toISOString();
const rule = 'checkout_latency_seconds{service="checkout"} > 1';
const ruled = { links: [{ rel: 'graph', href: `https://p.example/graph?g0.expr=${encodeURIComponent(rule)}` }] };

/** Slow since three hours ago; what was done was done an hour ago, and helped `helped` minutes ago, if ever. */
function latency(helped: number | null): Planted {
  return {
    metric: 'checkout_latency_seconds',
    unit: 'seconds',
    labels: { service: 'checkout' },
    at: (minute) => (minute > 180 || (helped !== null && minute < helped) ? 0.2 : 3) + noise(1, minute) / 100,
  };
}

function metricsOf(world: Partial<SmallWorld>): Metrics {
  const alert = { name: 'a', service: 'checkout', summary: '' };
  return smallWorld({ alert, series: [], changes: [], graph: {}, ...world }).metrics;
}

async function watching(
  over: Partial<Incident>,
  world: Partial<SmallWorld>,
  beside?: Metrics,
): Promise<{ incidents: Incidents; look: (at?: number) => Promise<boolean>; said: () => Promise<string[]> }> {
  const incidents = await freshIncidents();
  const state = { is: 'monitoring', since: ago(60) } as const;
  const alerts = [anAlert({ startsAt: ago(178), ...ruled })];
  await incidents.save(anIncident({ state, alerts, ...over }), 0);
  const own = metricsOf(world);
  const metrics =
    beside === undefined
      ? own
      : mergeMetrics([
          { name: 'eu', port: own },
          { name: 'us', port: beside },
        ]);
  return {
    incidents,
    look: (at = NOW) =>
      verify(
        {
          incidents,
          sources: { metrics, now: () => new Date(NOW) },
          clock: () => at,
          signal: new AbortController().signal,
        },
        'inc_1',
      ),
    said: async () => (await incidents.timeline('inc_1', 0)).map(({ kind, text }) => `${kind}: ${text}`),
  };
}

test('a signal that came back is said to be back, once, and the incident stays for a person to resolve', async () => {
  const { incidents, look, said } = await watching({}, { series: [latency(30)] });
  expect(await look()).toBe(false);
  expect(await look()).toBe(false);
  expect(await said()).toEqual([
    expect.stringMatching(/^effect: Watching checkout_latency_seconds\{service="checkout"\}/),
    expect.stringMatching(
      /^effect: .* is back at its baseline: (198|2\d\d) ms now, (198|2\d\d) ms before it began, 3\.0\d s/,
    ),
  ]);
  expect((await incidents.get('inc_1'))?.state).toEqual({ is: 'monitoring', since: ago(60), back: ago(0) });
  await resolve({ incidents, now: () => NOW }, 'inc_1', 'ann');
  expect((await incidents.get('inc_1'))?.state).toEqual({ is: 'resolved', at: ago(0), by: 'ann', back: ago(0) });
});

test('a signal that stays away is told of late, and watched on', async () => {
  const { look, said } = await watching({}, { series: [latency(null)] });
  expect(await look(NOW - 50 * MINUTE)).toBe(true);
  expect(await said()).toHaveLength(1);
  expect(await look()).toBe(true);
  expect(await look()).toBe(true);
  expect((await said())[1]).toMatch(/is not back after 30 min: 3 s now.*may not be rolled out/);
  expect(await said()).toHaveLength(2);
  expect(await look(NOW + 30 * 60 * MINUTE)).toBe(false);
});

test('ten minutes must pass before good values count', async () => {
  const state = { is: 'monitoring', since: ago(5) } as const;
  const { look, said } = await watching({ state }, { series: [latency(30)] });
  expect(await look()).toBe(true);
  expect(await said()).toHaveLength(1);
});

test('what cannot be seen is never called recovered', async () => {
  const lost = await watching({}, { series: [latency(30)], without: ['metrics'] });
  expect(await lost.look()).toBe(true);
  expect(await lost.said()).toEqual([expect.stringContaining('this world has no metrics')]);
  const silent = await watching({}, { series: [{ ...latency(30), at: (minute) => (minute < 40 ? null : 0.2) }] });
  expect(await silent.look()).toBe(true);
  expect(await silent.said()).toEqual([expect.stringContaining('too few samples of the last minutes')]);
});

test('an alert without a rule is watched by the series that its finding leans on', async () => {
  const finding = {
    outcome: 'best_effort',
    summary: 's',
    cause: null,
    trigger: null,
    onset: ago(180),
    confidence: 'low',
    blast_radius: '',
    claims: [{ text: 'slow', evidence: ['E1'] }],
    ruled_out: [],
    suspects: [],
    proposed_actions: [],
    would_change_my_mind: '',
    could_not_access: [],
  } as const satisfies Incident['finding'];
  const readings = {
    metric: 'checkout_latency_seconds',
    labels: { service: 'checkout' },
    quantile: null,
    series: [{ labels: {}, change: { from: 0.2, to: 3 } }],
  };
  const alone = await watching({ alerts: [anAlert()], finding: null }, { series: [latency(30)] });
  expect(await alone.look()).toBe(false);
  expect(await alone.said()).toEqual([expect.stringContaining('Nothing to watch')]);
  const cited = await watching({ alerts: [anAlert()], finding }, { series: [latency(30)] });
  const { id, ...evidence } = anEvidence({ content: JSON.stringify({ evidence: 'E1', data: readings }) });
  expect((await cited.incidents.record(evidence)).id).toBe(id);
  expect(await cited.look()).toBe(false);
  expect((await cited.said()).at(-1)).toContain('is back at its baseline');
});

test('of several sources, that is watched which moved, and each of them has to be back', async () => {
  const quiet = { ...latency(null), at: (minute: number) => 9 + noise(3, minute) / 100 };
  const eu = await watching({}, { series: [latency(30)] }, metricsOf({ series: [quiet] }));
  expect(await eu.look()).toBe(false);
  expect((await eu.said()).at(-1)).toMatch(
    /service="checkout", vigil_source="eu"\} is back at its baseline: (198|2\d\d) ms/,
  );
  const both = await watching({}, { series: [latency(30)] }, metricsOf({ series: [latency(null)] }));
  expect(await both.look()).toBe(true);
  expect((await both.said()).at(-1)).toMatch(/vigil_source="us"\} is not back/);
  const blind = await watching({}, { series: [latency(30)] }, metricsOf({ without: ['metrics'] }));
  expect(await blind.look()).toBe(true);
  expect(await blind.said()).toEqual([
    expect.stringContaining('small metrics could not be asked: this world has no metrics'),
  ]);
});
