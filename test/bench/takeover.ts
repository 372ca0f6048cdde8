import { missingPostgres } from '../kit/real-postgres.ts';
import { killsOnNodes } from './kills/nodes.ts';
import { seeded } from './kills/random.ts';
import { type Measure, measure } from './measure.ts';

const KILLS = 24;
const NODES = 3;

/** From the death of one of three servers to the first line that another writes for a session it held; without PostgreSQL, nothing. */
export async function takeover(): Promise<Measure[]> {
  if (missingPostgres() !== null) return [];
  const { takeovers = [], faults } = await killsOnNodes(KILLS, NODES, seeded(KILLS));
  if (faults.length > 0) throw new Error(faults.join('\n'));
  return [
    measure(
      `takeover, PostgreSQL, ${KILLS} of ${NODES} servers`,
      'ms',
      [takeovers],
      [{ of: 'p95', must: 'below', value: 1_000 }],
    ),
  ];
}
