/**
 * `npm run bench [-- name …] [--json]`: each measurement against its bar. Ends with 1 when one is missed. The bars are for
 * two cores with nothing else to do; what a busy machine says is printed all the same, and said to be worth nothing.
 */
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { appends, postgresAppends } from './appends.ts';
import { atRest } from './at-rest.ts';
import { coldStart } from './cold-start.ts';
import { idle } from './idle.ts';
import { listEvents } from './list-events.ts';
import { type Bar, holds, type Measure } from './measure.ts';
import { restart } from './restart.ts';
import { postgresSendToModel, sendToModel } from './send-to-model.ts';
import { streams } from './streams.ts';
import { takeover } from './takeover.ts';
import { turns } from './turns.ts';

const benches: Record<string, () => Promise<Measure[]>> = {
  'cold-start': coldStart,
  idle,
  'send-to-model': sendToModel,
  'postgres-send-to-model': postgresSendToModel,
  'list-events': listEvents,
  appends,
  'postgres-appends': postgresAppends,
  streams,
  restart,
  'at-rest': atRest,
  takeover,
  turns,
};
/** Others want the processor as much as we do from here on. */
const LOAD_MAX = 1.5;

const { values, positionals } = parseArgs({
  options: { json: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const chosen = positionals.length === 0 ? Object.keys(benches) : positionals;
const before = load();
const measures: Measure[] = [];
if (!values.json) console.log(`Node ${process.version}, ${cpus().length} cores, load ${before}`);
for (const name of chosen) {
  const bench = benches[name];
  if (bench === undefined) throw new Error(`no measurement "${name}"; there is: ${Object.keys(benches).join(', ')}`);
  for (const one of await bench()) {
    measures.push(one);
    if (!values.json) console.log(lineOf(one));
  }
}
const trusted = before <= LOAD_MAX;
if (values.json) {
  const rows = measures.map((one) => ({ ...one, ok: holds(one) }));
  console.log(JSON.stringify({ node: process.version, cores: cpus().length, load: before, trusted, rows }));
} else if (!trusted) {
  console.log(`The load was ${before} before the first of them: something else was running, do not trust the figures.`);
}
process.exitCode = measures.every(holds) ? 0 : 1;

/** Of the last minute. */
function load(): number {
  return Number((loadavg()[0] ?? 0).toFixed(2));
}

function lineOf(one: Measure): string {
  const { name, n, p50, p95, unit, bars } = one;
  const bar = bars.map(told).join(', ') || 'no bar';
  const verdict = bars.length === 0 ? '' : holds(one) ? 'ok' : 'MISSED';
  const numbers = [`n ${n}`, `p50 ${short(p50)}`, p95 === null ? '' : `p95 ${short(p95)}`, unit];
  const cells = [name.padEnd(40), ...numbers.map((text) => text.padEnd(11)), bar.padEnd(28), verdict];
  return cells.join(' ').trimEnd();
}

function told({ of, must, value }: Bar): string {
  return `${of} ${must === 'below' ? '<' : '>'} ${value}`;
}

function short(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
