import type { LogId } from '../../../src/core/ids.ts';
import type { Engine } from '../../../src/core/ports/engine.ts';
import type { Store } from '../../../src/core/ports/store.ts';
import type { newWork } from '../../kit/mortal-work.ts';
import { judge } from '../../kit/whole-log.ts';

export interface Verdict {
  kills: number;
  sessions: number;
  /** Messages that were acknowledged. */
  accepted: number;
  /** Commands that were carried out. */
  effects: number;
  /** Calls whose end nobody knows, and said so. */
  unknown: number;
  /** From a kill to the first event that another server wrote for a session it held, milliseconds. */
  takeovers?: number[];
  faults: string[];
}

/** Reads every session when all is over and says what is not as it must be. */
export async function judgeAll(parts: {
  store: Store;
  engine: Engine;
  work: ReturnType<typeof newWork>;
  kills: number;
}): Promise<Verdict> {
  const { store, engine, work, kills } = parts;
  const effects = await work.effects();
  const verdict = { kills, sessions: work.accepted.size, accepted: 0, effects: 0, unknown: 0, faults: noFaults() };
  const asked = new Set<string>();
  for (const [id, accepted] of work.accepted) {
    const session = asSession(id);
    const log = await store.log({ session, order: 'asc', limit: 100_000 });
    const found = judge(
      { log, inbox: await store.inbox(session), calls: await engine.toolCalls(session) },
      {
        accepted,
        ran({ command }) {
          asked.add(String(command));
          return effects.get(String(command)) ?? 0;
        },
      },
    );
    verdict.faults.push(...found.faults.map((fault) => `${id}: ${fault}`));
    verdict.accepted += accepted.length;
    verdict.unknown += found.unknown;
  }
  for (const [command, times] of effects) {
    verdict.effects += times;
    if (!asked.has(command)) verdict.faults.push(`${command} was carried out and is in no log`);
  }
  return verdict;
}

function noFaults(): string[] {
  return [];
}

/** The server answers ids as plain text. */
function asSession(id: string): LogId & `sesn_${string}` {
  return id as LogId & `sesn_${string}`;
}
