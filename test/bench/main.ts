/** `npm run bench`: prints a table for people and, as the last line, JSON for programs. Ends with 1 above a limit. */
import { coldStarts, idleMemory, listEvents, sendToModel } from './measures.ts';
import { modelServer } from './model-server.ts';
import { startVigilProcess } from './vigil-process.ts';

interface Row {
  what: string;
  value: number;
  unit: 'ms' | 'MB';
  limit: number;
}

const starts = await coldStarts();
const model = await modelServer();
const vigil = await startVigilProcess({ ANTHROPIC_API_KEY: 'bench', ANTHROPIC_BASE_URL: model.url });
const rss = await idleMemory(vigil);
const sends = await sendToModel(vigil, model);
const lists = await listEvents(vigil);
await vigil.stop();
model.close();

const rows: Row[] = [
  { what: 'cold start to first 200, median of 5', value: quantile(starts, 0.5), unit: 'ms', limit: 1000 },
  { what: 'event send to model request, p50', value: quantile(sends, 0.5), unit: 'ms', limit: 10 },
  { what: 'event send to model request, p95', value: quantile(sends, 0.95), unit: 'ms', limit: 25 },
  { what: 'events.list of 1,000 rows, p50', value: quantile(lists, 0.5), unit: 'ms', limit: 6 },
  { what: 'resident memory when idle', value: rss, unit: 'MB', limit: 150 },
];
for (const { what, value, unit, limit } of rows) {
  const verdict = value < limit ? 'ok' : 'above the limit';
  console.log(
    `${what.padEnd(40)} ${value.toFixed(1).padStart(8)} ${unit}   limit ${String(limit).padStart(5)}   ${verdict}`,
  );
}
console.log(
  JSON.stringify({
    node: process.version,
    rows: rows.map((row) => ({ ...row, value: Math.round(row.value * 10) / 10 })),
  }),
);
process.exitCode = rows.every(({ value, limit }) => value < limit) ? 0 : 1;

function quantile(values: number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
}
