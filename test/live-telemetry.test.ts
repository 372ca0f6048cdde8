/** A running Vigil whose metrics come from a real Prometheus and whose logs come over Loki's API. */
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { openWorld } from '../src/adapters/folder/index.ts';
import type { TelemetrySource } from '../src/config.ts';
import { type FakeLoki, fakeLoki, type Pushed } from './kit/fake-loki.ts';
import {
  missingPrometheus,
  type RealPrometheus,
  type Served,
  serveText,
  startPrometheus,
} from './kit/real-prometheus.ts';
import { alertOf, type RunningVigil, runVigil, type Story, worldDir } from './kit/running-vigil.ts';
import { stubApi } from './kit/stub-api.ts';

const missing = missingPrometheus();
if (missing !== null) console.warn(`SKIPPED: the tests of a Vigil with a real Prometheus (${missing})`);

const LIMIT_MS = 120_000;
const MINUTE = 60_000;
let running: RunningVigil | null = null;
afterEach(async () => {
  await running?.close();
  running = null;
});

const at = (url: string, name: string | null = null): TelemetrySource => ({
  ...{ name, url, token: null, tenant: null, serviceLabels: null },
});
const isOver = ({ incident }: Story) => ['concluded', 'needs_approval', 'failed'].includes(incident.state.is);

async function investigated(vigil: RunningVigil, alert: string | Buffer): Promise<Story> {
  expect((await vigil.hook(alert)).status).toBe(202);
  for (let tries = 0; tries < 400; tries += 1) {
    const [incident] = await vigil.incidents();
    if (incident !== undefined) return vigil.until(incident.id, isOver, 60);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error('no incident was opened');
}

/** Sources of the evidence that the claims of the finding cite. */
function citedSources({ incident, evidence }: Story): Set<string> {
  const cited = new Set(incident.finding?.claims.flatMap((claim) => claim.evidence));
  return new Set(evidence.filter(({ id }) => cited.has(id)).map(({ source }) => source));
}

describe.skipIf(missing !== null)('with a real Prometheus', () => {
  const now = Math.floor(Date.now() / MINUTE) * MINUTE;
  let exporter: Served;
  let prometheus: RealPrometheus;
  beforeAll(async () => {
    exporter = await serveText(live());
    prometheus = await startPrometheus({ samples: history(now, exporter.address), targets: [exporter.address] });
  }, LIMIT_MS);
  afterAll(() => Promise.all([exporter.stop(), prometheus.stop()]));

  test(
    'a metric that shifts is found there, and what nobody connected is named, not passed over',
    async () => {
      running = await runVigil({ prometheus: [at(prometheus.url)] });
      const story = await investigated(running, slowCheckout(now));
      const { finding } = story.incident;
      expect(['best_effort', 'inconclusive', 'root_cause_identified']).toContain(finding?.outcome);
      expect(citedSources(story)).toContain(`prometheus ${prometheus.url}`);
      expect(finding?.claims.map(({ text }) => text).join()).toContain('checkout_latency_seconds');
      const minutesOff = Math.abs(Date.parse(finding?.onset ?? '') - (now - 30 * MINUTE)) / MINUTE;
      expect(minutesOff).toBeLessThanOrEqual(2);
      expect(finding?.cause?.change_id ?? null).toBeNull();
      expect(finding).toMatchObject({ suspects: [], summary: expect.stringContaining('changes could not be read') });
      const unseen = finding?.could_not_access.join() ?? '';
      for (const tool of ['get_recent_changes', 'search_logs', 'get_service_graph']) expect(unseen).toContain(tool);
      // Its alert ends, its latency does not: the signal that the finding leans on is read again.
      expect((await running.hook(slowCheckout(now, 'resolved'))).status).toBe(202);
      const watched = await running.until(story.incident.id, ({ timeline }) =>
        timeline.some(({ text }) => text.startsWith('Watching ')),
      );
      expect(watched.incident.state.is).toBe('monitoring');
      const line = watched.timeline.find(({ text }) => text.startsWith('Watching '));
      expect(line?.text).toMatch(/checkout_latency_seconds.*: 1\.[56]\d* s now, 19\d ms before it began/);
    },
    LIMIT_MS,
  );

  test(
    'a deploy that a pipeline reported just before the shift is what the finding names, in the one of several clusters where it is',
    async () => {
      const calm = await startPrometheus({ samples: history(now, 'elsewhere', 0.2) });
      onTestFinished(() => calm.stop());
      const clusters = [at(calm.url, 'us'), at(prometheus.url, 'eu'), at('http://127.0.0.1:9', 'asia')];
      await using loki = await fakeLoki();
      const slow = (minute: number): [string, string] => [`${now - minute * MINUTE}000000`, 'slow answer'];
      const values = Array.from({ length: 120 }, (_, at) => slow(119 - at));
      await loki.push([{ stream: { service: 'checkout', level: 'warn' }, values }]);
      await using locked = await stubApi(() => ({ status: 403, text: 'not for you' }));
      running = await runVigil({ prometheus: clusters, loki: [at(locked.url, 'us'), at(loki.url, 'eu')] });
      for (const change of reported(now)) expect((await report(running, change)).status).toBe(202);
      const story = await investigated(running, slowCheckout(now));
      const { incident, evidence } = story;
      expect(incident.finding?.cause).toMatchObject({ change_id: 'deploy-checkout-462', service: 'checkout' });
      expect(evidence.map(({ source }) => source)).toContain('reported changes');
      expect(incident.finding?.could_not_access.join()).not.toContain('get_recent_changes');
      expect(incident.finding?.claims.map(({ text }) => text).join()).toContain('vigil_source "prometheus eu"');
      expect([...citedSources(story)].join()).toContain(`prometheus eu ${prometheus.url}`);
      expect(incident.finding?.could_not_access.join()).toMatch(/prometheus asia .*could not be asked \(unreachable\)/);
      expect(incident.finding?.could_not_access.join()).toMatch(
        /search_logs: loki us .*could not be asked \(forbidden\)/,
      );
      expect(evidence.map(({ source }) => source)).toContain(`loki eu ${loki.url}`);
      expect((await running.hook(slowCheckout(now, 'resolved'))).status).toBe(202);
      const { timeline } = await running.until(incident.id, (one) =>
        one.timeline.some(({ text }) => text.startsWith('Watching ')),
      );
      expect(timeline.find(({ text }) => text.startsWith('Watching '))?.text).toMatch(
        /vigil_source="prometheus eu"}.*: 1\.[56]\d* s now/,
      );
    },
    LIMIT_MS,
  );

  test(
    'a recorded incident, written into Prometheus and Loki, has the cause that it has in its folder',
    async () => {
      const name = 's1-connection-leak';
      const { now } = await openWorld(worldDir(name));
      const hours = 7;
      const prometheus = await startPrometheus({ samples: await lastHours(name, now, hours) });
      onTestFinished(() => prometheus.stop());
      await using loki = await fakeLoki();
      await pushLogs(loki, name);
      running = await runVigil({ worldName: name, prometheus: [at(prometheus.url)], loki: [at(loki.url)] });
      const story = await investigated(running, await alertOf(name));
      expect(story.incident.finding).toMatchObject({
        outcome: 'root_cause_identified',
        cause: { service: 'checkout', kind: 'deploy' },
        could_not_access: [],
      });
      // The change is the one whose diff is approved.
      expect(story.actions.map(({ state }) => state.is)).toEqual(['proposed']);
      expect(citedSources(story)).toContain(`prometheus ${prometheus.url}`);
      expect(citedSources(story)).toContain(`loki ${loki.url}`);
    },
    LIMIT_MS,
  );
});

const LATENCY = '# HELP checkout_latency_seconds Time to answer.\n# TYPE checkout_latency_seconds gauge\n';
const REQUESTS = '# HELP checkout_requests Answers.\n# TYPE checkout_requests counter\n';

/** Six hours of a checkout whose answers became slow half an hour ago, as if scraped from `instance`. */
function history(now: number, instance: string, slow = 1.6): string {
  const labels = `{instance="${instance}",job="shop",service="checkout"}`;
  const minutes = Array.from({ length: 358 }, (_unused, index) => index - 359);
  const column = (name: string, value: (minute: number) => number) =>
    minutes.map((minute) => `${name}${labels} ${value(minute)} ${now / 1000 + minute * 60}\n`).join('');
  const noise = (minute: number) => ((minute * 7919) % 13) / 1000;
  return [
    LATENCY,
    column('checkout_latency_seconds', (minute) => (minute < -30 ? 0.2 : slow) + noise(minute)),
    REQUESTS,
    column('checkout_requests_total', (minute) => 600 * (minute + 400)),
    '# EOF\n',
  ].join('');
}

/** One deploy of the service before it became slow, and others that have nothing to do with it. */
function reported(now: number): object[] {
  const ago = (minutes: number) => new Date(now - minutes * MINUTE).toISOString();
  const diff = [
    ...['diff --git a/src/pay.ts b/src/pay.ts', '--- a/src/pay.ts', '+++ b/src/pay.ts', '@@ -1,3 +1,5 @@'],
    ...[' export async function pay(order) {', '-  return charge(order);', '+  for (const line of order.lines) {'],
    ...['+    await latency.measure(() => charge(line));', '+  }', ' }', ''],
  ].join('\n');
  return [
    { kind: 'deploy', service: 'mail', time: ago(200), title: 'mail: new footer', actor: 'ci' },
    {
      id: 'deploy-checkout-462',
      kind: 'deploy',
      service: 'checkout',
      time: ago(31),
      title: 'checkout 462',
      actor: 'ci',
      diff,
    },
    { kind: 'flag', service: 'search', time: ago(10), title: 'search: wider results', actor: 'ann' },
  ];
}

function report({ vigil }: RunningVigil, change: object): Promise<Response> {
  const headers = { authorization: `Bearer ${vigil.hookToken}`, 'content-type': 'application/json' };
  return fetch(`${vigil.url}/hooks/changes`, { method: 'POST', headers, body: JSON.stringify(change) });
}

function live(): string {
  return `${LATENCY}checkout_latency_seconds{service="checkout"} 1.6\n${REQUESTS}checkout_requests_total{service="checkout"} 240000\n# EOF\n`;
}

function slowCheckout(now: number, status: 'firing' | 'resolved' = 'firing'): string {
  const labels = { alertname: 'CheckoutSlow', service: 'checkout', severity: 'critical' };
  const annotations = { summary: 'checkout answers slowly' };
  const alert = {
    ...{ status, labels, annotations, fingerprint: 'c0ffee', generatorURL: '' },
    ...{ startsAt: new Date(now - 25 * MINUTE).toISOString() },
    ...{ endsAt: status === 'firing' ? '0001-01-01T00:00:00Z' : new Date(now).toISOString() },
  };
  return JSON.stringify({
    ...{ version: '4', groupKey: '{}:{alertname="CheckoutSlow"}', truncatedAlerts: 0, status },
    ...{ receiver: 'vigil', groupLabels: { alertname: 'CheckoutSlow' }, commonLabels: labels, externalURL: '' },
    ...{ commonAnnotations: annotations, alerts: [alert] },
  });
}

const linesOf = (name: string, file: string) =>
  createInterface(createReadStream(join(worldDir(name), file)).pipe(createGunzip()));

/** The types, and the samples between so many hours before the world's moment and that moment. */
async function lastHours(name: string, now: Date, hours: number): Promise<string> {
  const to = now.getTime() / 1000;
  const kept: string[] = [];
  for await (const line of linesOf(name, 'metrics.om.gz')) {
    const time = Number(line.slice(line.lastIndexOf(' ') + 1));
    if (line.startsWith('#') || (time > to - hours * 3600 && time <= to)) kept.push(line);
  }
  return `${kept.join('\n')}\n`;
}

async function pushLogs(loki: FakeLoki, name: string): Promise<void> {
  const streams: Pushed[] = [];
  for await (const text of linesOf(name, 'logs.jsonl.gz')) {
    const { time, service, level, message, attributes } = JSON.parse(text);
    const line = JSON.stringify({ message, ...attributes });
    streams.push({ stream: { service, level }, values: [[`${Date.parse(time)}000000`, line]] });
  }
  await loki.push(streams);
}
