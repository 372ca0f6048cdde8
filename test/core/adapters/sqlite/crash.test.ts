import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { checkSqlite, openSqlite } from '../../../../src/core/adapters/sqlite/index.ts';
import type { SessionId } from '../../../../src/core/ids.ts';
import { type Child, startChild } from './child.ts';
import { temporaryDirectory } from './place.ts';

const ROUNDS = 5;

test('a process killed at any moment loses nothing it had acknowledged, leaves no half batch, and chains that are whole', {
  timeout: 60_000,
}, async () => {
  const { directory, dispose } = await temporaryDirectory();
  onTestFinished(dispose);
  const path = join(directory, 'core.db');
  for (let round = 0; round < ROUNDS; round++) {
    const child = await startChild('write', path);
    const acknowledged = await killAfter(child, 40 + round * 97);
    await expectWhole(path, acknowledged);
  }
});

interface Acknowledged {
  session: string;
  seq: number;
  doc: string;
}

/** Reads acknowledgements as fast as they come; everything printed before the kill counts. */
async function killAfter(child: Child, count: number): Promise<Acknowledged[]> {
  const seen: Acknowledged[] = [];
  for (;;) {
    const line = await child.line().catch(() => null);
    if (line === null) return seen;
    const [session = '', seq, doc = ''] = line.split(' ');
    seen.push({ session, seq: Number(seq), doc });
    if (seen.length === count) child.kill('SIGKILL');
  }
}

async function expectWhole(path: string, acknowledged: readonly Acknowledged[]): Promise<void> {
  const { store } = await openSqlite({ path, clock: { now: () => Date.now() } });
  const session = sessionOf(acknowledged);
  const log = await store.log({ session, order: 'asc', limit: 1_000_000 });
  expect(log.map((row) => row.seq)).toEqual(log.map((_, index) => index + 1));
  const bySeq = new Map(log.map((row) => [row.seq, row.event.processed_at]));
  for (const { seq, doc } of acknowledged) expect(bySeq.get(seq)).toBe(doc);
  const docs = await store.getMany(
    'memory',
    log.map((row) => String(row.event.processed_at)),
  );
  expect(docs).toHaveLength(log.length);
  await store.close();
  expect(await checkSqlite(path)).toMatchObject({ faults: [] });
}

/** The child prints ids that `mint` made. */
function sessionOf(acknowledged: readonly Acknowledged[]): SessionId {
  return acknowledged[0]?.session as SessionId;
}
