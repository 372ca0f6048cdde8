/**
 * `npm run bench:analyst -- FIRST_SEED COUNT`: fresh worlds, the scenarios in turn, one seed each; the analyst's verdict
 * against what was planted. Prints a row for each world and, as the last line, JSON. Ends with 1 unless all are right.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { generateWorld } from '../../fixtures/simulator/generate.ts';
import { SCENARIOS } from '../../fixtures/simulator/scenarios/index.ts';
import { writeFolder } from '../../fixtures/simulator/write/folder.ts';
import { openWorld } from '../../src/adapters/folder/index.ts';
import { investigate } from '../kit/investigate.ts';

const planted = z.object({
  verdict: z.string(),
  cause: z.object({ service: z.string().nullable(), change_id: z.string().nullable() }),
  onset: z.array(z.string()),
  must_rule_out: z.array(z.string()),
});
interface Row {
  scenario: string;
  seed: number;
  /** Verdict, service and change as planted. */
  right: boolean;
  /** Found minus the nearest moment that counts as the onset. */
  onset_seconds: number | null;
  /** Decoys that the finding does not rule out by name. */
  decoys_left: number;
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
process.exitCode = rows.every(({ right, unsupported }) => right && unsupported === 0) ? 0 : 1;

async function measured(seed: number): Promise<Row> {
  const scenario = SCENARIOS[(seed - first) % SCENARIOS.length] ?? SCENARIOS[0];
  if (scenario === undefined) throw new Error('there is no scenario');
  const dir = join(root, String(seed));
  writeFolder(dir, generateWorld(scenario, seed));
  const expected = planted.parse(JSON.parse(await readFile(join(dir, 'expected.json'), 'utf8')));
  const world = await openWorld(dir);
  const before = process.cpuUsage();
  const { finding, sentBack, seconds } = await investigate(world);
  const { user, system } = process.cpuUsage(before);
  const ruledOut = new Set(
    finding?.ruled_out.flatMap(({ change_id, why }) => [change_id ?? '', ...why.split(/[\s,.]+/)]),
  );
  const off = expected.onset
    .map((at) => (Date.parse(finding?.onset ?? '') - Date.parse(at)) / 1000)
    .sort((a, b) => Math.abs(a) - Math.abs(b));
  const row: Row = {
    scenario: scenario.id,
    seed,
    right:
      finding?.outcome === expected.verdict &&
      (finding.cause?.change_id ?? null) === expected.cause.change_id &&
      (finding.cause?.service ?? null) === expected.cause.service,
    onset_seconds: Number.isFinite(off[0]) ? Math.round(off[0] ?? 0) : null,
    decoys_left: expected.must_rule_out.filter((id) => !ruledOut.has(id)).length,
    unsupported: sentBack.length,
    seconds: round(seconds),
    cpu_seconds: round((user + system) / 1e6),
  };
  await rm(dir, { recursive: true, force: true });
  const words = [
    row.scenario.padEnd(8),
    String(seed).padStart(6),
    row.right ? 'right' : `WRONG (${finding?.outcome ?? 'no finding'}, ${finding?.cause?.change_id ?? 'no change'})`,
    `onset off ${row.onset_seconds ?? '?'} s`,
    `decoys left ${row.decoys_left}`,
    `unsupported ${row.unsupported}`,
    `${row.seconds} s, ${row.cpu_seconds} s of processor`,
  ];
  console.log(words.join('   '));
  return row;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
