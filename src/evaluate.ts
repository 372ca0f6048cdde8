/** Measures whoever investigates on recorded or generated worlds: tools, evidence check and grader, without a server. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { openWorld, type World } from './adapters/folder/index.ts';
import { packageRoot } from './lib/package-root.ts';
import { briefFor, toolsFor } from './rank.ts';
import { solveWorld } from './sre/analyst/solve-world.ts';
import { BASELINES, guess } from './sre/evaluation/baselines.ts';
import { expected } from './sre/evaluation/expected.ts';
import { type Glance, glance } from './sre/evaluation/glance.ts';
import { grade } from './sre/evaluation/grade.ts';
import type { Row } from './sre/evaluation/totals.ts';

/** The analyst, and rules that look at nothing: the floor it must leave far below. */
export const CONTESTANTS = ['vigil-analyst', ...BASELINES] as const;
export type Contestant = (typeof CONTESTANTS)[number];

/** A folder, or a scenario and a seed from which the simulator makes one. */
export type Case = { dir: string } | { scenario: string; seed: number };

const commits = z.array(z.object({ id: z.string(), ref: z.string().nullable().default(null) }));
const run = promisify(execFile);

/** One row for each contestant; `model` names it. Throws `WorldError`, or what the simulator says. */
export async function evaluate(one: Case, contestants: readonly Contestant[]): Promise<Row[]> {
  if ('dir' in one) return measure(one.dir, one.dir, 0, contestants);
  const root = await mkdtemp(join(tmpdir(), 'vigil-eval-'));
  try {
    const dir = join(root, 'world');
    const simulator = join(packageRoot(), 'dist/fixtures/simulator/main.js');
    await run(process.execPath, [simulator, '--scenario', one.scenario, '--seed', String(one.seed), '--out', dir]);
    return await measure(dir, one.scenario, one.seed, contestants);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

async function measure(
  dir: string,
  scenario: string,
  seed: number,
  contestants: readonly Contestant[],
): Promise<Row[]> {
  const world = await openWorld(dir);
  const truth = expected.parse(JSON.parse(await readFile(join(dir, 'expected.json'), 'utf8')));
  // A world may keep its changes from everybody.
  const listed = await readFile(join(dir, 'changes.json'), 'utf8').catch(() => '[]');
  const changes = commits.parse(JSON.parse(listed));
  const refs = new Map(changes.flatMap(({ id, ref }): [string, string][] => (ref === null ? [] : [[id, ref]])));
  const rules = contestants.some((model) => model !== 'vigil-analyst');
  const seen = rules ? await glance(world, world.now.getTime()) : null;
  const rows: Row[] = [];
  for (const model of contestants) {
    const began = performance.now();
    const { finding, unsupported } = await solve(model, world, seen);
    const seconds = (performance.now() - began) / 1000;
    rows.push({ scenario, seed, model, ...grade(finding, truth, refs), unsupported, seconds });
  }
  return rows;
}

async function solve(model: Contestant, world: World, seen: Glance | null) {
  const brief = briefFor(world);
  if (model === 'vigil-analyst') return solveWorld(brief, await toolsFor(world));
  return { finding: seen === null ? null : guess(model, brief, seen), unsupported: 0 };
}
