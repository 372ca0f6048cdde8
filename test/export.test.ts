/** What was an incident becomes a world that can be investigated and graded again. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeFolder } from '../fixtures/simulator/write/folder.ts';
import { payload, readAlerts } from '../src/adapters/alertmanager/payload.ts';
import { openWorld, type World } from '../src/adapters/folder/index.ts';
import { evaluate } from '../src/evaluate.ts';
import { truthOf } from '../src/sre/exporting/truth.ts';
import { worldFiles } from '../src/sre/exporting/world-files.ts';
import { LEAK, leakingWorld } from './kit/leaking-world.ts';
import { NOW, smallWorld } from './kit/small-world.ts';

const live = smallWorld({
  ...leakingWorld,
  changes: [
    ...leakingWorld.changes,
    { id: 'github_acme_shop_commit_1', service: 'billing', minutesAgo: 700, title: 'Words', diff: '+a word\n' },
  ],
  logs: [{ minutesAgo: 3, service: 'billing', level: 'error', message: 'no worker left' }],
  without: ['traces'],
});
const found = {
  outcome: 'root_cause_identified' as const,
  cause: { service: 'billing', change_id: LEAK, kind: 'deploy', mechanism: 'it keeps them' },
  onset: '2026-05-12T13:00:00Z',
  ruled_out: [{ hypothesis: 'other', change_id: 'rel-2', why: 'later', evidence: ['E1'] }],
};
const asFound = { change: undefined, service: undefined };

let dir = '';
let left: string[] = [];
let world: World;
beforeAll(async () => {
  dir = join(await mkdtemp(join(tmpdir(), 'vigil-export-')), 'world');
  const alerts = readAlerts(payload.parse(JSON.parse(live.alert.toString('utf8'))));
  const record = { title: 'Billing is slow', groupKey: '{}', alerts };
  const exported = await worldFiles(record, live, NOW, new AbortController().signal);
  left = exported.left;
  const truth = JSON.stringify({ ...truthOf(found, asFound), must_rule_out: [] });
  writeFolder(dir, new Map([...exported.files, ['expected.json', truth]]));
  world = await openWorld(dir);
});
afterAll(() => rm(join(dir, '..'), { recursive: true, force: true }));

describe('an incident that became a world', () => {
  it('is found out and graded like any other', async () => {
    const [row] = await evaluate({ dir }, ['vigil-analyst']);
    expect(row).toMatchObject({ cause: true, false_accusation: false, unsupported: 0 });
  });

  it('says what its sources did not give', () => {
    expect(left).toEqual([expect.stringContaining('traces: this world has no traces')]);
  });

  it('holds the alert, the lines, the labels and the diff as they were', async () => {
    const [alert] = readAlerts(payload.parse(JSON.parse(await readFile(join(dir, 'alert.json'), 'utf8'))));
    expect(alert).toMatchObject({ name: 'BillingSlow', service: 'billing', severity: 'critical', status: 'firing' });
    const signal = new AbortController().signal;
    const listed = await world.metrics.list({ match: 'worker', service: null, limit: 5 }, signal);
    expect(listed).toMatchObject({ data: [{ labels: { note: ['a "b"\\c'] } }] });
    expect(await world.changes.diff(LEAK, signal)).toMatchObject({
      data: { diff: expect.stringContaining('+\tpool.Acquire(conn)') },
    });
    expect(await world.changes.diff('github_acme_shop_commit_1', signal)).toMatchObject({
      data: { diff: expect.stringContaining('+a word') },
    });
    const range = { start: new Date(NOW - 3_600_000).toISOString(), end: new Date(NOW).toISOString() };
    const query = { service: null, text: '', regex: false, level: null, range, limit: 9, order: 'asc' as const };
    expect(await world.logs.search(query, signal)).toMatchObject({ data: { total: 1 } });
  });
});

describe('the cause that is graded', () => {
  it('is what was found, with what was ruled out', () => {
    expect(truthOf(found, asFound)).toMatchObject({
      verdict: 'root_cause_identified',
      cause: { service: 'billing', change_id: LEAK, kind: 'deploy' },
      ...{ onset: [found.onset], must_rule_out: ['rel-2'] },
    });
  });

  it('is what a person says it was, and then is not among what had to be ruled out', () => {
    expect(truthOf(found, { change: 'rel-2', service: 'quotes' })).toMatchObject({
      ...{ cause: { service: 'quotes', change_id: 'rel-2' }, must_rule_out: [] },
    });
    expect(truthOf(found, { change: null, service: undefined })).toMatchObject({ cause: { change_id: null } });
  });
});
