/** One stranger's world as the files of a folder. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type Company, foundCompany, ofRole } from './company.ts';
import { instrument } from './dialects.ts';
import { harmless, suspicious } from './diffs.ts';
import { type Draw, drawFrom } from './draw.ts';
import { FAMILIES } from './families.ts';
import type { Fault, Planned } from './fault.ts';
import { tell } from './logs.ts';
import { named, record } from './metrics.ts';
import { gridUntil, liveThrough } from './state.ts';

const DAY = 24 * 3600;

export interface Stranger {
  family: string;
  dialect: Company['dialect'];
}

export function writeStranger(dir: string, seed: number): Stranger {
  const draw = drawFrom(seed);
  const [family, plan] = FAMILIES[seed % FAMILIES.length] ?? FAMILIES[0];
  const company = foundCompany(draw);
  const alertAt =
    Math.floor(Date.UTC(2026, draw.whole(0, 8), draw.whole(1, 28), draw.whole(0, 23), draw.whole(0, 59)) / 1000) +
    draw.whole(0, 59);
  const t0 = Math.round(
    alertAt -
      60 *
        (family === 'late'
          ? draw.between(38, 60)
          : draw.pick([draw.between(3, 8), draw.between(5, 15), draw.between(15, 45)])),
  );
  const fault = plan({ company, draw, t0, alertAt });
  const now = alertAt + draw.whole(20, 90) + (family === 'healed' ? 12 * 60 : 0);
  const changes = feed(company, fault, now, t0, draw).toSorted((a, b) => b.at - a.at);
  const times = gridUntil(now, company.step);
  const state = liveThrough(company, times, fault);
  mkdirSync(join(dir, 'diffs'), { recursive: true });
  const put = (name: string, content: string | Buffer) => writeFileSync(join(dir, name), content);
  const json = (name: string, content: unknown) => put(name, `${JSON.stringify(content, null, 2)}\n`);
  put('metrics.om.gz', gzipSync(record(company, state, fault, changes, draw), { level: 1 }));
  put('logs.jsonl.gz', gzipSync(tell(company, fault, now, draw), { level: 1 }));
  const ids = new Map(changes.map((one) => [one, `${one.kind.slice(0, 3)}-${draw.hex(7)}`]));
  json(
    'changes.json',
    changes.map((one) => {
      const id = ids.get(one) ?? '';
      const ref = draw.hex(40);
      put(`diffs/${id}.patch`, patch(one));
      return {
        id,
        kind: one.kind,
        service: one.service,
        time: iso(one.at),
        actor: draw.pick(['argo', 'm.ito', 'release-bot', 'j.okafor', 'terraform-cloud']),
        title: one.title,
        ref,
        diff: `diffs/${id}.patch`,
      };
    }),
  );
  json('topology.json', {
    services: company.services.map(({ name, deps }) => ({ name, depends_on: deps.map(({ to }) => to) })),
  });
  json('world.json', {
    name: `stranger-${seed}`,
    summary: '',
    now: iso(now),
    alert_source: 'alertmanager',
    simulated: true,
  });
  json('alert.json', alertOf(company, fault, draw));
  const guilty = changes
    .filter((one) => one.guilty)
    .map((one) => ({ service: one.service, change_id: ids.get(one) ?? '', kind: one.kind }));
  const nobody = fault.truth.accept.map((service) => ({ service, change_id: null, kind: fault.truth.kind }));
  const [cause, ...also] = guilty.length === 0 ? nobody : family === 'healed' ? [...guilty, ...nobody] : guilty;
  json('expected.json', { verdict: fault.truth.verdict, cause, also_accept: also, onset: fault.onset.map(iso) });
  return { family, dialect: company.dialect };
}

function iso(at: number): string {
  return new Date(at * 1000).toISOString();
}

/** Two weeks of ordinary work, one edit that looks guilty, and one close to the onset or the alert that is not. */
function feed(company: Company, fault: Fault, now: number, t0: number, draw: Draw): Planned[] {
  const own = ofRole(company, 'edge', 'app', 'worker').map(({ name }) => name);
  const of = () => draw.pick(own);
  const blamed = new Set(fault.changes.map(({ service }) => service));
  const others = own.filter((name) => !blamed.has(name));
  const ordinary = Array.from({ length: draw.whole(10, 50) }, () => ({
    ...harmless(company, of(), draw),
    at: now - Math.round(draw.between(0.1, 14) * DAY),
  }));
  // A campaign next to a flood of visitors would be guilty after all.
  const another = (): Planned => {
    const one = harmless(company, draw.pick(others), draw);
    return one.kind === fault.truth.kind && one.service === null ? another() : { ...one, at: 0 };
  };
  const topical = { ...suspicious(company, of(), draw), at: t0 - Math.round(draw.between(4, 60) * 3600) };
  const temporal = {
    ...another(),
    at: Math.min(now - 20, t0 + Math.round(draw.pick([-600, -240, 60, 150]) * draw.between(0.7, 1.3))),
  };
  return [...fault.changes, ...ordinary, topical, temporal].map((one) => ({ ...one, at: Math.round(one.at) }));
}

function patch({ file, minus, plus }: Planned): string {
  const body = [...minus.map((line) => `-${line}`), ...plus.map((line) => `+${line}`)];
  return `diff --git a/${file} b/${file}\n--- a/${file}\n+++ b/${file}\n@@ -12,${minus.length + 2} +12,${plus.length + 2} @@\n \n${body.join('\n')}\n \n`;
}

const SIGNALS = {
  latency: { concept: 'latency', title: 'latency is too high', name: 'HighLatency' },
  errors: { concept: 'errors', title: 'error rate above objective', name: 'ErrorBudgetBurn' },
  restarts: { concept: 'restarts', title: 'containers restart', name: 'PodCrashLooping' },
  memory: { concept: 'memory', title: 'memory near its limit', name: 'MemoryHigh' },
  lag: { concept: 'lag', title: 'consumers fall behind', name: 'ConsumerLag' },
  disk: { concept: 'diskFree', title: 'disk nearly full', name: 'DiskFull' },
  probe: { concept: 'probe', title: 'synthetic check fails', name: 'ProbeFailing' },
} as const;

function alertOf(company: Company, { alert }: Fault, draw: Draw) {
  const { concept, title, name } = SIGNALS[alert.signal];
  const tool = instrument(company, concept);
  const service = company.services.find((one) => one.name === alert.service);
  if (service === undefined) throw new Error(`no service ${alert.service}`);
  const label = tool.label ?? company.label;
  const labels = {
    alertname: name,
    [label]: named(company, service, label),
    namespace: 'prod',
    severity: draw.pick(['critical', 'page', 'warning']),
    team: draw.pick(['core', 'growth']),
  };
  const annotations = { summary: `${alert.service}: ${title}`, description: `${tool.name} has been beyond its limit` };
  return {
    version: '4',
    groupKey: `{}:{alertname="${name}"}`,
    truncatedAlerts: 0,
    status: 'firing',
    receiver: 'vigil',
    groupLabels: { alertname: name },
    commonLabels: labels,
    commonAnnotations: annotations,
    externalURL: 'https://alerts.example.net',
    alerts: [
      {
        status: 'firing',
        labels,
        annotations,
        startsAt: iso(alert.from),
        endsAt: '0001-01-01T00:00:00Z',
        generatorURL: 'https://prometheus.example.net/graph',
        fingerprint: draw.hex(16),
      },
    ],
  };
}
