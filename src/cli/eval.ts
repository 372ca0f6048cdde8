import { writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import type { Case, Contestant } from '../evaluate.ts';
import type { Row, Totals } from '../sre/evaluation/totals.ts';
import { compareFiles } from './compare-runs.ts';
import { wrongUse } from './fail.ts';
import { renderTable } from './render/table.ts';
import { printJson, type Terminal } from './terminal.ts';
import { findWorld } from './worlds.ts';

interface Flags {
  scenario?: string[];
  seeds: number[];
  model?: string[];
  json?: boolean;
  scorecard?: string;
  compare?: string[];
}

export function evalCommand(out: Terminal): Command {
  return new Command('eval')
    .description(
      'measure who investigates on worlds whose cause is known: right causes, false accusations, honest doubt',
    )
    .argument('[worlds...]', 'folders or names of recorded worlds with expected.json')
    .option('--scenario <ids...>', 'make worlds of these scenarios (s1, s1-twin, … r1), one for each seed')
    .option('--seeds <list>', 'seeds, such as 1-5 or 3,8', seedList, [1])
    .option('--model <names...>', 'who is measured (default: vigil-analyst and the rules it must beat)')
    .option('--scorecard <file>', 'write the totals as Markdown')
    .option('--compare <results...>', 'two results of --json over the same worlds: what differs, and whether by chance')
    .option('--json', 'print {rows, totals} as one line of JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  vigil eval s1-connection-leak r1-broken-probe\n  vigil eval --scenario s3 s3-twin --seeds 1-5\n  vigil eval --scenario s6 --model vigil-analyst --json\n  vigil eval --compare before.json after.json',
    )
    .action(async (worlds: string[], flags: Flags) => {
      if (flags.compare !== undefined) {
        await compareFiles(flags.compare, flags.json === true, out);
        return;
      }
      // Loaded here: other commands need neither tools nor statistics.
      const { evaluate } = await import('../evaluate.ts');
      const contestants = await chosen(flags.model);
      const rows: Row[] = [];
      for (const one of await cases(worlds, flags)) {
        const measured = await evaluate(one, contestants);
        rows.push(...measured);
        if (!flags.json) for (const row of measured) out.line(rowLine(row));
      }
      await told(out, rows, contestants, flags);
    });
}

async function chosen(names: string[] | undefined): Promise<Contestant[]> {
  const { CONTESTANTS } = await import('../evaluate.ts');
  const unknown = names?.find((name) => !CONTESTANTS.some((one) => one === name));
  if (unknown !== undefined)
    throw wrongUse(
      `Nobody here is called "${unknown}".`,
      `Without a server these can be measured: ${CONTESTANTS.join(', ')}.`,
    );
  return CONTESTANTS.filter((one) => names === undefined || names.includes(one));
}

async function cases(worlds: string[], { scenario = [], seeds }: Flags): Promise<Case[]> {
  if (worlds.length + scenario.length === 0)
    throw wrongUse('There is nothing to measure on.', 'Name worlds, or scenarios with --scenario.');
  const folders = await Promise.all(worlds.map((name) => findWorld(name)));
  const made = scenario.flatMap((id) => seeds.map((seed) => ({ scenario: id, seed })));
  return [...folders.map(({ dir }) => ({ dir })), ...made];
}

async function told(out: Terminal, rows: Row[], contestants: Contestant[], flags: Flags): Promise<void> {
  const { totals } = await import('../sre/evaluation/totals.ts');
  const byModel = new Map(contestants.map((model) => [model, totals(rows.filter((row) => row.model === model))]));
  if (flags.scorecard !== undefined) await writeFile(flags.scorecard, await markdown(rows, byModel));
  if (flags.json) {
    printJson({ rows, totals: Object.fromEntries(byModel) });
    return;
  }
  const lines = [...byModel].map(([model, sum]) => [model, ...figures(sum)]);
  out.line('');
  for (const line of renderTable(['WHO', ...HEAD], lines, out.paint, out.columns)) out.line(line);
}

const HEAD = [
  'WORLDS',
  'CAUSE',
  'AC@1',
  'AC@3',
  'ONSET',
  'FALSE ACCUSATIONS',
  'UNSUPPORTED',
  'HARMFUL',
  'BRIER',
  'SLOWEST',
];

function figures(sum: Totals): string[] {
  const percent = (share: number): string => `${Math.round(share * 100)} %`;
  return [
    ...[
      String(sum.worlds),
      percent(sum.cause),
      percent(sum.change_at_1),
      percent(sum.change_at_3),
      percent(sum.onset_near),
    ],
    ...[String(sum.false_accusations), String(sum.unsupported), String(sum.harmful)],
    ...[sum.brier.toFixed(2), `${sum.slowest_seconds.toFixed(1)} s`],
  ];
}

function rowLine(row: Row): string {
  const verdict = row.cause ? 'right' : row.false_accusation ? 'WRONG, and accuses' : 'not found';
  return `${row.scenario.padEnd(10)} ${String(row.seed).padStart(6)}  ${row.model.padEnd(18)}  ${verdict}  ${row.seconds.toFixed(1)} s`;
}

async function markdown(rows: Row[], byModel: Map<Contestant, Totals>): Promise<string> {
  const { scorecard } = await import('../sre/evaluation/scorecard.ts');
  return scorecard(rows, byModel);
}

/** `1-5`, `3,8`, or both. */
function seedList(text: string): number[] {
  const seeds = text.split(',').flatMap((part) => {
    const [from, to = from] = part.split('-').map(Number);
    if (from === undefined || to === undefined || !(to >= from) || to - from > 999 || !Number.isInteger(from))
      return [];
    return Array.from({ length: to - from + 1 }, (_, n) => from + n);
  });
  if (seeds.length === 0) throw wrongUse(`"${text}" names no seeds.`, 'Write 1-5 or 3,8.');
  return seeds;
}
