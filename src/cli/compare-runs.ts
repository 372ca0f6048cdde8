/** `vigil eval --compare BEFORE AFTER`: two results of `vigil eval --json`, side by side. */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { ModelComparison, Shift } from '../sre/evaluation/compare-runs.ts';
import { wrongUse } from './fail.ts';
import { renderTable } from './render/table.ts';
import { printJson, type Terminal } from './terminal.ts';

const row = z.object({
  scenario: z.string(),
  seed: z.number(),
  model: z.string(),
  outcome: z.boolean(),
  cause: z.boolean(),
  change_at_1: z.boolean(),
  change_at_3: z.boolean(),
  false_accusation: z.boolean(),
  missed_no_change: z.boolean(),
  harmful: z.boolean(),
  decoys_left: z.number(),
  onset_seconds: z.number().nullable(),
  onset_near: z.boolean().nullable().default(null),
  confidence: z.enum(['high', 'medium', 'low']).nullable(),
  unsupported: z.number(),
  seconds: z.number(),
});
const run = z.object({ rows: z.array(row).min(1) });

export async function compareFiles(files: readonly string[], json: boolean, out: Terminal): Promise<void> {
  const [before, after, ...rest] = files;
  if (before === undefined || after === undefined || rest.length > 0)
    throw wrongUse('Two results are compared.', 'vigil eval --compare BEFORE.json AFTER.json');
  const { compareRuns } = await import('../sre/evaluation/compare-runs.ts');
  const comparison = compareRuns(await readRun(before), await readRun(after));
  if (json) {
    printJson(comparison);
    return;
  }
  if (comparison.models.length === 0)
    throw wrongUse('The two results share no world.', 'Measure both on the same worlds.');
  for (const model of comparison.models) show(model, out);
  const { onlyBefore, onlyAfter } = comparison;
  if (onlyBefore + onlyAfter > 0)
    out.line(`Not compared: ${onlyBefore} rows that only ${before} has, ${onlyAfter} that only ${after} has.`);
}

async function readRun(path: string) {
  const text = await readFile(path, 'utf8').catch(() => {
    throw wrongUse(`${path} cannot be read.`, 'Name a file made by `vigil eval … --json`.');
  });
  const read = run.safeParse(parsed(text));
  if (read.success) return read.data.rows;
  throw wrongUse(`${path} is no result of \`vigil eval --json\`.`, 'Make it with `vigil eval … --json > FILE`.');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function show({ model, worlds, shares, before, after, changed }: ModelComparison, out: Terminal): void {
  out.line(out.paint('bold', `${model}, ${worlds} worlds in both`));
  const rows = Object.entries(shares).map(([name, shift]) => [NAMES[name] ?? name, ...figures(shift)]);
  for (const line of renderTable(['SHARE', ...HEAD], rows, out.paint, out.columns)) out.line(line);
  const counts = (['false_accusations', 'missed_no_change', 'unsupported', 'harmful'] as const).map(
    (name) => `${name.replaceAll('_', ' ')} ${before[name]} → ${after[name]}`,
  );
  out.line(
    `${counts.join(', ')}, Brier ${before.brier.toFixed(2)} → ${after.brier.toFixed(2)}, slowest ${before.slowest_seconds.toFixed(1)} → ${after.slowest_seconds.toFixed(1)} s`,
  );
  for (const { scenario, seed, what, verdict } of changed) {
    const sign = { better: out.paint('green', '+'), worse: out.paint('red', '-'), other: ' ' }[verdict];
    out.line(`${sign} ${scenario} ${seed}: ${what.join(', ')}`);
  }
  if (changed.length === 0) out.line('No world ended differently.');
  out.line('');
}

const NAMES: Record<string, string> = { change_at_1: 'AC@1', change_at_3: 'AC@3' };
const HEAD = ['BEFORE', 'AFTER', 'DIFFERENCE', '95 % INTERVAL', 'BETTER', 'WORSE', 'P'];

function figures({ before, after, difference, interval, better, worse, p }: Shift): string[] {
  const percent = (share: number): string => `${Math.round(share * 100)} %`;
  const points = (share: number): string => `${share > 0 ? '+' : ''}${Math.round(share * 100)}`;
  return [
    ...[percent(before), percent(after), points(difference)],
    ...[`${points(interval[0])} … ${points(interval[1])}`, String(better), String(worse), p.toFixed(2)],
  ];
}
