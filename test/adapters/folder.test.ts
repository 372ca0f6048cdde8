import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { openWorld, WorldError } from '../../src/adapters/folder/index.ts';
import { logsContract, metricsContract, type TelemetrySample, telemetrySample } from '../contract/telemetry.ts';

const NOW = new Date('2026-05-06T14:00:00.000Z');
const scratch = mkdtempSync(join(tmpdir(), 'folder-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
const signal = new AbortController().signal;
const range = { start: '2026-05-06T12:00:00Z', end: '2026-05-06T15:00:00Z' };

let count = 0;
/** A complete small world; `undefined` leaves a file out. */
function worldWith(changed: Record<string, string | Buffer | undefined> = {}): string {
  count += 1;
  const dir = join(scratch, String(count));
  const files = { ...complete(telemetrySample(NOW)), ...changed };
  mkdirSync(join(dir, 'diffs'), { recursive: true });
  for (const [path, content] of Object.entries(files))
    if (content !== undefined) writeFileSync(join(dir, path), content);
  return dir;
}

function complete({ openMetrics, logs }: TelemetrySample): Record<string, string | Buffer> {
  const changes = [
    change('deploy-1', '2026-05-06T13:00:00Z', 'diffs/deploy-1.patch'),
    change('flag-2', '2026-05-06T13:30:00Z', null),
    change('flag-3', '2026-05-06T14:00:01Z', null),
  ];
  return {
    'world.json': JSON.stringify({ name: 'small', summary: 's', now: NOW.toISOString(), simulated: true }),
    'alert.json': '{"version":"4"}',
    'metrics.om.gz': gzipSync(openMetrics),
    'logs.jsonl.gz': gzipSync(logs.map((line) => `${JSON.stringify(line)}\n`).join('')),
    'changes.json': JSON.stringify(changes),
    'diffs/deploy-1.patch': 'diff --git a/x b/x\n',
    'topology.json': JSON.stringify({ services: [{ name: 'shop', depends_on: ['db'] }, { name: 'db' }] }),
    'repo.bundle': '# v2 git bundle\n',
    'alerts.json': JSON.stringify([
      { name: 'Slow', service: 'shop', started_at: '2026-05-06T13:30:00Z', ended_at: '2026-05-06T14:30:00Z' },
      { name: 'Lag', started_at: '2026-05-06T11:00:00Z', ended_at: '2026-05-06T12:30:00Z', cleared_alone: true },
      { name: 'Old', started_at: '2026-05-06T10:00:00Z', ended_at: '2026-05-06T11:00:00Z', cleared_alone: true },
      { name: 'Later', started_at: '2026-05-06T14:00:01Z', ended_at: null },
    ]),
    'incidents.json': JSON.stringify([
      past('INC-1', '05', 'a cause'),
      past('INC-2', '06', null),
      { ...past('INC-3', '06', null), ended_at: '2026-05-06T14:30:00Z' },
    ]),
  };
}

function change(id: string, time: string, diff: string | null) {
  return { id, kind: id.split('-')[0], service: 'shop', time, actor: 'ana', title: id, ref: null, diff };
}

function past(id: string, day: string, line: string | null) {
  const cause = line === null ? null : { service: 'shop', kind: 'deploy', line };
  const times = { started_at: `2026-05-${day}T12:00:00Z`, ended_at: `2026-05-${day}T13:00:00Z` };
  return { id, ...times, service: 'shop', alert: 'Slow', title: id, cause, outcome: 'over', confirmed_by: 'ana' };
}

metricsContract('a world folder', NOW, async ({ openMetrics }) => {
  const world = await openWorld(worldWith({ 'metrics.om.gz': gzipSync(openMetrics) }));
  return { port: world.metrics, close: async () => {} };
});
logsContract('a world folder', NOW, async () => ({ port: (await openWorld(worldWith())).logs, close: async () => {} }));

describe('a world folder', () => {
  it('opens with its name, its moment, its alert and its repository', async () => {
    const dir = worldWith();
    const world = await openWorld(dir);
    expect(world).toMatchObject({ name: 'small', now: NOW, simulated: true, alertSource: 'alertmanager' });
    expect(world.alert.toString()).toBe('{"version":"4"}');
    expect(world.repoBundle).toBe(join(dir, 'repo.bundle'));
  });

  it('lists changes newest first, by service and kind, and none of the future', async () => {
    const { changes } = await openWorld(worldWith());
    const all = await changes.list({ range, service: null, kinds: [], limit: 9 }, signal);
    expect(all.status === 'ok' && all.data.map(({ id }) => id)).toEqual(['flag-2', 'deploy-1']);
    const flags = await changes.list({ range, service: 'shop', kinds: ['flag'], limit: 9 }, signal);
    expect(flags.status === 'ok' && flags.data.map(({ id }) => id)).toEqual(['flag-2']);
    const one = await changes.list({ range, service: null, kinds: [], limit: 1 }, signal);
    expect(one).toMatchObject({ status: 'ok', truncated: true });
    expect(await changes.list({ range, service: 'mail', kinds: [], limit: 9 }, signal)).toMatchObject({ data: [] });
  });

  it('gives the diff of a change, null where there is none, and refuses ids that do not exist yet', async () => {
    const { changes } = await openWorld(worldWith());
    const diff = await changes.diff('deploy-1', signal);
    expect(diff).toMatchObject({ status: 'ok', data: { change: { hasDiff: true }, diff: 'diff --git a/x b/x\n' } });
    expect(await changes.diff('flag-2', signal)).toMatchObject({ status: 'ok', data: { diff: null } });
    expect(await changes.diff('flag-3', signal)).toMatchObject({ status: 'unavailable', why: 'bad_query' });
  });

  it('tells what fired in the range and what fires at its moment, and nothing of what came after', async () => {
    const { pastAlerts } = await openWorld(worldWith());
    const query = { range, service: null, name: null, firing: false, limit: 9 };
    expect(await pastAlerts.list(query, signal)).toMatchObject({
      status: 'ok',
      data: [
        { name: 'Slow', endedAt: null, clearedAlone: null },
        { name: 'Lag', endedAt: '2026-05-06T12:30:00.000Z', clearedAlone: true },
      ],
    });
    expect(await pastAlerts.list({ ...query, firing: true }, signal)).toMatchObject({ data: [{ name: 'Slow' }] });
    expect(await pastAlerts.list({ ...query, limit: 1 }, signal)).toMatchObject({ truncated: true });
  });

  it('tells of incidents that were closed before its moment, and not of the one that asks', async () => {
    const { pastIncidents } = await openWorld(worldWith());
    const query = { range: { start: '2026-05-01T00:00:00Z', end: range.end }, except: 'inc_1' as const, limit: 9 };
    expect(await pastIncidents.list(query, signal)).toMatchObject({
      status: 'ok',
      data: [
        { id: 'INC-2', cause: null },
        { id: 'INC-1', cause: { kind: 'deploy', line: 'a cause' }, confirmedBy: 'ana' },
      ],
    });
    expect(await pastIncidents.list({ ...query, limit: 1 }, signal)).toMatchObject({ truncated: true });
  });

  it('gives the service graph', async () => {
    const { topology } = await openWorld(worldWith());
    expect(await topology.graph(signal)).toMatchObject({
      data: [
        { name: 'shop', dependsOn: ['db'] },
        { name: 'db', dependsOn: [] },
      ],
    });
  });

  it('never notices expected.json, whatever it is', async () => {
    const folder = worldWith();
    mkdirSync(join(folder, 'expected.json'));
    await expect(openWorld(folder)).resolves.toMatchObject({ name: 'small' });
    const dangling = worldWith();
    symlinkSync('/nowhere/at/all', join(dangling, 'expected.json'));
    await expect(openWorld(dangling)).resolves.toMatchObject({ name: 'small' });
  });

  it('answers not_configured, naming the file, for each source that is not there', async () => {
    const world = await openWorld(
      worldWith({
        'metrics.om.gz': undefined,
        'logs.jsonl.gz': undefined,
        'changes.json': undefined,
        'topology.json': undefined,
        'alerts.json': undefined,
        'incidents.json': undefined,
        'repo.bundle': undefined,
      }),
    );
    const query = { metric: 'x', labels: {}, range, stepSeconds: 60, groupBy: [], limit: 1 };
    const logs = { service: null, text: '', regex: false, level: null, range };
    const answers = await Promise.all([
      world.metrics.list({ match: '', service: null, limit: 1 }, signal),
      world.metrics.query({ ...query, as: 'auto', aggregate: 'none' }, signal),
      world.logs.search({ ...logs, limit: 1, order: 'asc' }, signal),
      world.logs.scan({ ...logs, maxLines: 1 }, signal),
      world.changes.list({ range, service: null, kinds: [], limit: 1 }, signal),
      world.changes.diff('deploy-1', signal),
      world.topology.graph(signal),
      world.pastAlerts.list({ range, service: null, name: null, firing: false, limit: 1 }, signal),
      world.pastIncidents.list({ range, except: 'inc_1', limit: 1 }, signal),
    ]);
    const files = [
      'metrics.om.gz',
      'metrics.om.gz',
      'logs.jsonl.gz',
      'logs.jsonl.gz',
      'changes.json',
      'changes.json',
      'topology.json',
      'alerts.json',
      'incidents.json',
    ];
    for (const [index, answer] of answers.entries()) {
      expect(answer).toMatchObject({ status: 'unavailable', why: 'not_configured' });
      expect(answer.status === 'unavailable' && answer.detail).toContain(files[index]);
    }
    expect(world.repoBundle).toBeNull();
  });

  it('says that a diff is missing rather than that there is none', async () => {
    const { changes } = await openWorld(worldWith({ 'diffs/deploy-1.patch': undefined }));
    const answer = await changes.diff('deploy-1', signal);
    expect(answer).toMatchObject({ status: 'unavailable', why: 'not_configured' });
    expect(answer.status === 'unavailable' && answer.detail).toContain('diffs/deploy-1.patch');
  });

  it('warns when the window begins before the log does', async () => {
    const { logs } = await openWorld(worldWith());
    const query = { service: null, text: '', regex: false, level: null, range, limit: 1 };
    const answer = await logs.search({ ...query, order: 'asc' }, signal);
    expect(answer.status === 'ok' && answer.warnings.join()).toContain('the log begins at 2026-05-06T13:01:00.000Z');
  });

  it('stops a search whose reader went away', async () => {
    const { logs } = await openWorld(worldWith());
    const query = { service: null, text: '', regex: false, level: null, range, limit: 1 };
    await expect(logs.search({ ...query, order: 'asc' }, AbortSignal.abort())).rejects.toThrow('aborted');
  });
});

const truncatedGzip = gzipSync(telemetrySample(NOW).openMetrics).subarray(0, 200);
const head = '# TYPE a gauge\n';
const good = '{"time":"2026-05-06T13:00:00Z","service":"s","level":"INFO","message":"m","attributes":{}}\n';

describe('a damaged world folder is refused when it is opened, with file and line', () => {
  it.each<[string, Record<string, string | Buffer | undefined>, string, number | null, string]>([
    ['no world.json', { 'world.json': undefined }, 'world.json', null, 'is not there'],
    ['broken JSON', { 'world.json': '{\n"name": "a",\n"now": oops' }, 'world.json', 3, 'is not JSON'],
    ['JSON cut off', { 'changes.json': '[\n{"id": "a",\n' }, 'changes.json', 3, 'is not JSON'],
    ['no time', { 'world.json': '{"name":"a","now":"today"}' }, 'world.json', null, 'at now'],
    ['no alert', { 'alert.json': undefined }, 'alert.json', null, 'is not there'],
    [
      'unknown kind of change',
      { 'changes.json': '[{"id":"a","kind":"magic","time":"2026-05-06T13:00:00Z","title":"t"}]' },
      'changes.json',
      null,
      'at 0.kind',
    ],
    [
      'a diff outside the folder',
      { 'changes.json': JSON.stringify([change('flag-1', NOW.toISOString(), 'diffs/../../x')]) },
      'changes.json',
      null,
      'lies outside',
    ],
    ['a graph of another form', { 'topology.json': '{"services":{}}' }, 'topology.json', null, 'at services'],
    ['no gzip', { 'metrics.om.gz': 'hello' }, 'metrics.om.gz', null, 'cannot be decompressed'],
    ['gzip cut off', { 'metrics.om.gz': truncatedGzip }, 'metrics.om.gz', null, 'cannot be decompressed'],
    [
      'log gzip cut off',
      { 'logs.jsonl.gz': gzipSync(good).subarray(0, 40) },
      'logs.jsonl.gz',
      null,
      'cannot be decompressed',
    ],
    [
      'a line that is no sample',
      { 'metrics.om.gz': gzipSync(`${head}a{b="c} 1 2\n# EOF\n`) },
      'metrics.om.gz',
      2,
      'not a sample',
    ],
    [
      'a sample without a time',
      { 'metrics.om.gz': gzipSync(`${head}a 1\n# EOF\n`) },
      'metrics.om.gz',
      2,
      'without a timestamp',
    ],
    [
      'a value that is no number',
      { 'metrics.om.gz': gzipSync(`${head}a 1 2\na x 3\n# EOF\n`) },
      'metrics.om.gz',
      3,
      'not a value',
    ],
    [
      'time running backwards',
      { 'metrics.om.gz': gzipSync(`${head}a 1 3\na 1 2\n# EOF\n`) },
      'metrics.om.gz',
      3,
      'older',
    ],
    ['metrics cut off', { 'metrics.om.gz': gzipSync(`${head}a 1 2\n`) }, 'metrics.om.gz', 2, '# EOF'],
    ['a log line that is no JSON', { 'logs.jsonl.gz': gzipSync(`${good}{oops\n`) }, 'logs.jsonl.gz', 2, 'is not JSON'],
    [
      'a log line without a time',
      { 'logs.jsonl.gz': gzipSync(`${good}${good}{"service":"s"}\n`) },
      'logs.jsonl.gz',
      3,
      'time',
    ],
    ['a bundle that is none', { 'repo.bundle': 'zip' }, 'repo.bundle', 1, 'is not a git bundle'],
  ])('%s', async (_what, changed, file, line, words) => {
    const dir = worldWith(changed);
    const error: unknown = await openWorld(dir).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(WorldError);
    expect(error).toMatchObject({ file: join(dir, file), line, message: expect.stringContaining(words) });
    expect(error).toHaveProperty('hint', expect.stringMatching(/\w{4}/));
  });
});

describe('a metrics file', () => {
  it('may hold label values with quotes, backslashes and line ends, and numbers of every form', async () => {
    const text = `${head}a{x="say \\"hi\\"\\\\ \\n",y=""} 1e3 1778075940\na{x="b"} +Inf 1778075940 # {t="1"} 1\na{x="c"} NaN 1778075940\n# EOF\n`;
    const { metrics } = await openWorld(worldWith({ 'metrics.om.gz': gzipSync(text) }));
    const query = { metric: 'a', labels: {}, range, stepSeconds: 60, groupBy: [], limit: 9 };
    const answer = await metrics.query({ ...query, as: 'auto', aggregate: 'none' }, signal);
    if (answer.status !== 'ok') throw new Error(answer.detail);
    expect(answer.data.map(({ labels }) => labels)).toEqual([{ x: 'say "hi"\\ \n', y: '' }, { x: 'b' }]);
    expect(answer.data[0]?.points).toEqual([[1778075940000, 1000]]);
  });

  it('puts the last point at the end of the window when its step is not over', async () => {
    const text = `${head}a 1 1778075940\na 3 1778075970\n# EOF\n`;
    const { metrics } = await openWorld(worldWith({ 'metrics.om.gz': gzipSync(text) }));
    const asked = { start: '2026-05-06T13:00:00Z', end: '2026-05-06T13:59:40Z' };
    const query = { metric: 'a', labels: {}, range: asked, stepSeconds: 60, groupBy: [], limit: 9 };
    const answer = await metrics.query({ ...query, as: 'auto', aggregate: 'none' }, signal);
    if (answer.status !== 'ok') throw new Error(answer.detail);
    expect(answer.data[0]?.points).toEqual([
      [1778075940000, 1],
      [1778075980000, 3],
    ]);
  });

  it('widens the step rather than give more points than a reader can use', async () => {
    const { metrics } = await openWorld(worldWith());
    const long = { start: '2026-01-01T00:00:00Z', end: NOW.toISOString() };
    const query = { metric: 'pool_in_use', labels: {}, range: long, stepSeconds: 1, groupBy: [], limit: 9 };
    const answer = await metrics.query({ ...query, as: 'auto', aggregate: 'none' }, signal);
    expect(answer.status === 'ok' && answer.warnings.join()).toMatch(/widened to \d+ s/);
  });
});
