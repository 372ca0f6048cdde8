/**
 * `npm run bench:onset -- SEEDS [--scenario ID ...] [--keep FOLDER] [--json FILE]`: how far the onset that the analyst tells
 * is from the moment that was planted, world by world, and where it took it from: the blamed change's own time, or a series
 * that took a step or a slope. SEEDS as `1-5` or `3,8`. Worlds are kept in FOLDER and used again when they are there.
 */
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { generateWorld } from '../../fixtures/simulator/generate.ts';
import type { Scenario } from '../../fixtures/simulator/scenario.ts';
import { SCENARIOS } from '../../fixtures/simulator/scenarios/index.ts';
import { writeFolder } from '../../fixtures/simulator/write/folder.ts';
import { openWorld } from '../../src/adapters/folder/index.ts';
import { metrics, type SeriesFact } from '../../src/sre/analyst/shapes.ts';
import { expected } from '../../src/sre/evaluation/expected.ts';
import { type Grade, grade } from '../../src/sre/evaluation/grade.ts';
import type { Evidence } from '../../src/sre/evidence.ts';
import { investigate } from '../kit/investigate.ts';

interface Row extends Grade {
  scenario: string;
  seed: number;
  truth: string[];
  found: string | null;
  /** `change`, `step`, `slope`, or `other` when it stands in no answer. */
  kind: string;
  source: string;
  unsupported: number;
  /** Opening the world, and the investigation: of processor and by the clock. */
  opening: number;
  cpu: number;
  seconds: number;
}

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    scenario: { type: 'string', multiple: true, default: [] },
    keep: { type: 'string' },
    json: { type: 'string' },
  },
});
const commits = z.array(z.object({ id: z.string(), ref: z.string().nullable().default(null), time: z.string() }));
const answered = z.object({ data: metrics });
const root = flags.keep ?? (await mkdtemp(join(tmpdir(), 'vigil-onset-')));
const wanted = SCENARIOS.filter(({ id }) => flags.scenario.length === 0 || flags.scenario.includes(id));
const rows: Row[] = [];
try {
  for (const seed of seedsOf(positionals[0] ?? '1'))
    for (const scenario of wanted) rows.push(await row(scenario, seed));
} finally {
  if (flags.keep === undefined) await rm(root, { recursive: true, force: true });
}
for (const line of summary('scenario', rows)) console.log(line);
for (const line of summary('kind', rows)) console.log(line);
if (flags.json !== undefined) await writeFile(flags.json, JSON.stringify(rows));

async function row(scenario: Scenario, seed: number): Promise<Row> {
  const dir = join(root, `${scenario.id}-${seed}`);
  if (!existsSync(dir)) writeFolder(dir, generateWorld(scenario, seed));
  const truth = expected.parse(JSON.parse(await readFile(join(dir, 'expected.json'), 'utf8')));
  const listed = await readFile(join(dir, 'changes.json'), 'utf8').catch(() => '[]');
  const changes = commits.parse(JSON.parse(listed));
  const began = performance.now();
  const world = await openWorld(dir);
  const opening = (performance.now() - began) / 1000;
  const before = process.cpuUsage();
  const { finding, sentBack, evidence, seconds } = await investigate(world);
  const { user, system } = process.cpuUsage(before);
  const refs = new Map(changes.flatMap(({ id, ref }): [string, string][] => (ref === null ? [] : [[id, ref]])));
  const found = finding?.onset ?? null;
  const times = { opening, cpu: (user + system) / 1e6, seconds };
  const own = { scenario: scenario.id, seed, truth: truth.onset, found, unsupported: sentBack.length, ...times };
  const graded = { ...grade(finding, truth, refs), ...sourceOf(found, evidence, changes), ...own };
  console.log(words(graded));
  if (flags.keep === undefined) await rm(dir, { recursive: true, force: true });
  return graded;
}

/** What was seen or changed at exactly this moment. */
function sourceOf(found: string | null, evidence: readonly Evidence[], changes: z.infer<typeof commits>) {
  const change = changes.find(({ time }) => Math.abs(Date.parse(time) - Date.parse(found ?? '')) < 1000);
  if (change !== undefined) return { kind: 'change', source: change.id };
  for (const { content } of evidence) {
    const { data } = answered.safeParse(JSON.parse(content)).data ?? {};
    const series = data?.series.find((one) => Date.parse(one.change?.at ?? '') === Date.parse(found ?? ''));
    if (data !== undefined && series?.change != null)
      return { kind: kindOf(series), source: named(data.metric, series) };
  }
  return { kind: 'other', source: '' };
}

function kindOf({ change }: SeriesFact): string {
  return change?.kind === 'level' ? 'step' : 'slope';
}

function named(metric: string, { labels, change }: SeriesFact): string {
  return `${metric} ${Object.values(labels).join(' ')} ±${change?.plus_minus_minutes ?? '?'} min`;
}

function words(one: Row): string {
  const verdict = one.cause ? 'right' : one.false_accusation ? 'WRONG, accuses' : 'not found';
  const off = one.onset_seconds === null ? (one.truth.length === 0 ? 'none' : 'MISSING') : `${one.onset_seconds} s`;
  const place = [one.scenario.padEnd(8), String(one.seed).padStart(6), off.padStart(8), one.kind.padEnd(6)];
  const rest = [
    verdict,
    `${one.opening.toFixed(1)} + ${one.seconds.toFixed(1)} s (${one.cpu.toFixed(1)} s of processor)`,
  ];
  return [...place, ...rest, one.source].join('  ');
}

/** Of the worlds with a planted moment: within one minute, within two, median and largest distance. */
function summary(by: 'scenario' | 'kind', all: readonly Row[]): string[] {
  const counted = all.filter(({ truth }) => truth.length > 0);
  const groups = [...new Set(counted.map((one) => one[by]))];
  return ['all', ...groups].map((group) => {
    const own = counted.filter((one) => group === 'all' || one[by] === group);
    const off = own.map(({ onset_seconds }) => Math.abs(onset_seconds ?? Number.POSITIVE_INFINITY));
    const sorted = off.toSorted((a, b) => a - b);
    const within = (most: number): string => `${off.filter((one) => one <= most).length}/${off.length}`;
    const worst = sorted.at(-1) ?? 0;
    const middle = sorted[Math.floor(sorted.length / 2)] ?? 0;
    return `${group.padEnd(10)} within 60 s ${within(60)}  within 120 s ${within(120)}  median ${middle} s  worst ${worst} s`;
  });
}

function seedsOf(text: string): number[] {
  return text.split(',').flatMap((part) => {
    const [from = Number.NaN, to = from] = part.split('-').map(Number);
    if (!(to >= from) || to - from > 999) throw new Error(`"${text}" names no seeds; write 1-5 or 3,8`);
    return Array.from({ length: to - from + 1 }, (_, n) => from + n);
  });
}
