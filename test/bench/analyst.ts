/**
 * `npm run bench:analyst -- FIRST_SEED COUNT`: fresh worlds, the scenarios in turn, one seed each; the analyst's verdict
 * against what was planted, graded as `vigil eval` grades. Prints a row for each world and, as the last line, JSON. Ends with
 * 1 unless all are right.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { generateWorld } from '../../fixtures/simulator/generate.ts';
import { SCENARIOS } from '../../fixtures/simulator/scenarios/index.ts';
import { writeFolder } from '../../fixtures/simulator/write/folder.ts';
import { openWorld } from '../../src/adapters/folder/index.ts';
import { expected } from '../../src/sre/evaluation/expected.ts';
import { type Grade, grade } from '../../src/sre/evaluation/grade.ts';
import type { Finding } from '../../src/sre/finding.ts';
import { investigate } from '../kit/investigate.ts';

/** Of changes by id, where they stand in the repository. */
const commits = z.array(z.object({ id: z.string(), ref: z.string().nullable().default(null) }));
interface Row extends Grade {
  scenario: string;
  seed: number;
  unsupported: number;
  seconds: number;
  cpu_seconds: number;
}

const first = Number(process.argv[2] ?? 1);
const count = Number(process.argv[3] ?? 12);
const root = await mkdtemp(join(tmpdir(), 'vigil-analyst-'));
const rows: Row[] = [];
try {
  for (let seed = first; seed < first + count; seed++) rows.push(await measured(seed));
} finally {
  await rm(root, { recursive: true, force: true });
}
console.log(JSON.stringify(rows));
process.exitCode = rows.every(({ cause, outcome, unsupported }) => cause && outcome && unsupported === 0) ? 0 : 1;

async function measured(seed: number): Promise<Row> {
  const scenario = SCENARIOS[(seed - first) % SCENARIOS.length] ?? SCENARIOS[0];
  if (scenario === undefined) throw new Error('there is no scenario');
  const dir = join(root, String(seed));
  writeFolder(dir, generateWorld(scenario, seed));
  const truth = expected.parse(JSON.parse(await readFile(join(dir, 'expected.json'), 'utf8')));
  const listed = commits.parse(JSON.parse(await readFile(join(dir, 'changes.json'), 'utf8').catch(() => '[]')));
  const refs = new Map(listed.flatMap(({ id, ref }): [string, string][] => (ref === null ? [] : [[id, ref]])));
  const world = await openWorld(dir);
  const before = process.cpuUsage();
  const { finding, sentBack, seconds } = await investigate(world);
  const { user, system } = process.cpuUsage(before);
  const row: Row = {
    scenario: scenario.id,
    seed,
    ...grade(finding, truth, refs),
    unsupported: sentBack.length,
    seconds: round(seconds),
    cpu_seconds: round((user + system) / 1e6),
  };
  await rm(dir, { recursive: true, force: true });
  const words = [
    row.scenario.padEnd(8),
    String(seed).padStart(6),
    verdict(row, finding),
    `onset off ${row.onset_seconds ?? '?'} s`,
    `decoys left ${row.decoys_left}`,
    `unsupported ${row.unsupported}`,
    `${row.seconds} s, ${row.cpu_seconds} s of processor`,
  ];
  console.log(words.join('   '));
  return row;
}

function verdict({ cause, outcome }: Row, finding: Finding | null): string {
  if (cause && outcome) return `right (${finding?.confidence ?? 'none'})`;
  const said = [finding?.outcome ?? 'no finding', finding?.cause?.service ?? 'nowhere', finding?.cause?.change_id];
  return `WRONG (${said.map((one) => one ?? 'no change').join(', ')})`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
