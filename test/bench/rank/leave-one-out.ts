/** For each kind of fault: the numbers chosen on the other kinds alone, and how the ranking does on this one with them. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RecordedCase } from '../../../fixtures/import/recorded-case.ts';
import { worldFiles } from '../../../fixtures/import/world-files.ts';
import { writeFolder } from '../../../fixtures/simulator/write/folder.ts';
import { openWorld } from '../../../src/adapters/folder/index.ts';
import { observations } from '../../../src/sre/ranking/observations.ts';
import { completed } from '../../../src/sre/stats/graph-walk.ts';
import { RULES, type Rules } from '../../../src/sre/stats/ranking-rules.ts';
import { type Observed, serviceRanker } from '../../../src/sre/stats/service-ranker.ts';
import { accuracy, type Outcome } from './score.ts';

interface Read {
  /** Without its samples: a large set does not fit in memory with them. */
  recorded: Omit<RecordedCase, 'series'>;
  observed: Observed[];
}

/** What the choice is made from: coarse on purpose, and no number of it knows a name. */
function* grid(): Generator<Rules> {
  for (const leaf of [0.7, 0.85, 1])
    for (const explains of [0.15, 0.3, 0.6])
      for (const most of [10, 20, 50]) for (const tail of [0.95, 0.98]) yield { ...RULES, leaf, explains, most, tail };
}

export async function leaveOneFaultOut(cases: Iterable<RecordedCase>): Promise<string> {
  const read = await readAll(cases);
  const runs = [...grid()].map((rules) => read.map((one) => placed(one, rules)));
  const faults = [...new Set(read.map(({ recorded }) => recorded.fault))];
  const held = faults.flatMap((fault) => {
    const value = (run: Outcome[]): number =>
      run.filter((one) => one.fault !== fault).reduce((sum, { place }) => sum + (place === null ? 0 : 1 / place), 0);
    const best = runs.toSorted((a, b) => value(b) - value(a))[0] ?? [];
    return best.filter((one) => one.fault === fault);
  });
  return accuracy('one fault left out', held);
}

async function readAll(cases: Iterable<RecordedCase>): Promise<Read[]> {
  const dir = await mkdtemp(join(tmpdir(), 'vigil-rank-'));
  try {
    const all: Read[] = [];
    for (const recorded of cases) {
      writeFolder(dir, worldFiles(recorded));
      const { metrics } = await openWorld(dir);
      const observed: Observed[] = [];
      const window = { at: recorded.alert.startsAt, now: recorded.now };
      const signal = new AbortController().signal;
      for await (const one of observations(metrics, window, completed(recorded.calls), () => {}, signal))
        observed.push(one);
      const { series: _read, ...told } = recorded;
      all.push({ recorded: told, observed });
    }
    return all;
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

function placed({ recorded, observed }: Read, rules: Rules): Outcome {
  const started = performance.now();
  const { alert, calls, cause, fault, id } = recorded;
  const ranker = serviceRanker({ at: alert.startsAt, service: alert.service, calls: completed(calls), rules });
  for (const one of observed) ranker.add(one);
  const { services, anomalous } = ranker.ranking();
  const index = services.findIndex(({ name }) => name === cause);
  const place = index < 0 ? null : index + 1;
  const seconds = (performance.now() - started) / 1000;
  return { id, fault, place, onset: anomalous, named: services.length > 0, seconds };
}
