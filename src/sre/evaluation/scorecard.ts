/** The totals as a page of Markdown: who was right how often, world by world, and how honest the doubt was. */
import type { Row, Totals } from './totals.ts';

export function scorecard(rows: readonly Row[], byModel: ReadonlyMap<string, Totals>): string {
  const scenarios = [...new Set(rows.map(({ scenario }) => scenario))];
  const seeds = [...new Set(rows.map(({ seed }) => seed))].toSorted((a, b) => a - b);
  const models = [...byModel.keys()];
  return [
    '# Scorecard',
    '',
    'Made by `vigil eval --scorecard`. The worlds come from the simulator in `fixtures/simulator/`, written by the same people as the analyst: the',
    'figures say how it does on these kinds of incidents, not on all. Seconds are by the clock, with whatever else ran on the machine.',
    '',
    `Seeds ${seeds.join(', ')}; ${scenarios.length} scenarios.`,
    '',
    ...table(
      [
        'who',
        'worlds',
        'cause',
        '95 % interval',
        'AC@1',
        'AC@3',
        'onset within 60 s',
        'false accusations',
        'missed "no change"',
        'unsupported',
        'harmful',
        'Brier',
        'slowest',
      ],
      [...byModel].map(([model, sum]) => [model, ...figures(sum)]),
    ),
    '',
    '## By scenario',
    '',
    'Right causes of all seeds.',
    '',
    ...table(
      ['scenario', ...models],
      scenarios.map((scenario) => [scenario, ...models.map((model) => score(rows, scenario, model))]),
    ),
    '',
    '## Calibration',
    '',
    ...table(
      ['who', 'said', 'stands for', 'was right', 'worlds'],
      [...byModel].flatMap(([model, { reliability }]) =>
        reliability
          .filter(({ worlds }) => worlds > 0)
          .map(({ confidence, said, right, worlds }) => [
            model,
            confidence,
            percent(said),
            percent(right),
            String(worlds),
          ]),
      ),
    ),
    '',
  ].join('\n');
}

function figures(sum: Totals): string[] {
  const [low, high] = sum.cause_interval;
  return [
    String(sum.worlds),
    percent(sum.cause),
    `${percent(low)} – ${percent(high)}`,
    ...[sum.change_at_1, sum.change_at_3, sum.onset_near].map(percent),
    ...[sum.false_accusations, sum.missed_no_change, sum.unsupported, sum.harmful].map(String),
    sum.brier.toFixed(2),
    `${sum.slowest_seconds.toFixed(1)} s`,
  ];
}

function score(rows: readonly Row[], scenario: string, model: string): string {
  const own = rows.filter((row) => row.scenario === scenario && row.model === model);
  return own.length === 0 ? 'not run' : `${own.filter(({ cause }) => cause).length} of ${own.length}`;
}

function table(head: string[], rows: string[][]): string[] {
  const line = (cells: string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), `|${head.map(() => '---').join('|')}|`, ...rows.map(line)];
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
