/**
 * `npm run bench:strangers -- FIRST_SEED COUNT`: worlds of companies that the analyst was not made with, and its verdicts
 * against what was planted. Prints a row for each world, a table by fault, and as the last line JSON.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openWorld } from '../../src/adapters/folder/index.ts';
import { expected } from '../../src/sre/evaluation/expected.ts';
import { grade } from '../../src/sre/evaluation/grade.ts';
import { investigate } from '../kit/investigate.ts';
import { type Row, tableOf } from './strangers/table.ts';
import { writeStranger } from './strangers/world.ts';

const first = Number(process.argv[2] ?? 1);
const count = Number(process.argv[3] ?? 22);
const quiet = process.argv.includes('--totals');
const root = await mkdtemp(join(tmpdir(), 'vigil-strangers-'));
const rows: Row[] = [];
try {
  for (let seed = first; seed < first + count; seed++) {
    const row = await measured(seed);
    rows.push(row);
    if (!quiet) console.log(Object.values(row).join('   '));
  }
} finally {
  await rm(root, { recursive: true, force: true });
}
console.log(tableOf(rows));
console.log(JSON.stringify(rows));

async function measured(seed: number): Promise<Row> {
  const dir = join(root, String(seed));
  const { family, dialect } = writeStranger(dir, seed);
  const truth = expected.parse(JSON.parse(await readFile(join(dir, 'expected.json'), 'utf8')));
  try {
    const { finding, sentBack, seconds } = await investigate(await openWorld(dir));
    const verdict = grade(finding, truth, new Map());
    const told =
      finding === null ? 'no finding' : `${finding.outcome}: ${finding.cause?.service} ${finding.cause?.change_id}`;
    return {
      ...{
        seed,
        family,
        dialect,
        right: verdict.cause,
        accused: verdict.false_accusation ? (finding?.confidence ?? null) : null,
      },
      ...{
        onset: verdict.onset_seconds,
        unsupported: sentBack.length,
        crashed: finding === null,
        seconds: Math.round(seconds * 10) / 10,
      },
      told: `${told} (${finding?.confidence}), planted ${truth.cause.service} ${truth.cause.change_id}`,
    };
  } catch (error) {
    return {
      ...{ seed, family, dialect, right: false, accused: null, onset: null, unsupported: 0, crashed: true, seconds: 0 },
      told: String(error),
    };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
