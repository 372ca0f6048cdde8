/**
 * `npm run bench:kills -- --kills 1000 [--nodes 3] [--seed 7]`: servers killed at random moments while they carry out
 * commands that cannot be undone. Ends with 1 when anything was lost, came in another order or was done twice. The seed
 * decides the moments; what the machine does at them is its own.
 */
import { parseArgs } from 'node:util';
import { missingPostgres } from '../../kit/real-postgres.ts';
import { killsOnNodes } from './nodes.ts';
import { seeded } from './random.ts';
import { killsOnSqlite } from './sqlite.ts';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '100' },
    nodes: { type: 'string', default: '1' },
    seed: { type: 'string', default: String(Date.now() % 100_000) },
  },
});
const [kills, nodes, seed] = [Number(values.kills), Number(values.nodes), Number(values.seed)];
const missing = nodes > 1 ? missingPostgres() : null;
if (missing !== null) throw new Error(missing);
console.log(`${kills} kills, ${nodes === 1 ? 'one server on SQLite' : `${nodes} servers on PostgreSQL`}, seed ${seed}`);
const began = Date.now();
const seconds = () => Math.round((Date.now() - began) / 1_000);
const tell = (killed: number) => {
  if (killed % 50 === 0) console.error(`${killed} of ${kills}, ${seconds()} s`);
};
const verdict = await (nodes === 1
  ? killsOnSqlite(kills, seeded(seed), tell)
  : killsOnNodes(kills, nodes, seeded(seed), tell));
const { faults, takeovers, ...counts } = verdict;
console.log(JSON.stringify({ ...counts, seconds: seconds() }));
if (takeovers !== undefined) {
  const sorted = takeovers.toSorted((a, b) => a - b);
  const at = (q: number) =>
    Math.round(sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN);
  console.log(`takeover of ${sorted.length} sessions: p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, max ${at(1)} ms`);
}
for (const fault of faults.slice(0, 50)) console.log(`FAULT ${fault}`);
console.log(faults.length === 0 ? 'nothing lost, nothing reordered, nothing done twice' : `${faults.length} faults`);
process.exitCode = faults.length === 0 ? 0 : 1;
