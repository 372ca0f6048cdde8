/** From files to a database in the middle of an incident: it goes on there as if nothing had been, or nothing has been. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect } from '../src/client.ts';
import { verifyLog } from '../src/verify-log.ts';
import { investigator, MODEL } from './kit/crashing-model.ts';
import { missingPostgres, type RealPostgres, sql, startPostgres } from './kit/real-postgres.ts';
import { runCli } from './kit/run-cli.ts';
import { type RunningVigil, runVigil } from './kit/running-vigil.ts';
import { alertBody, writeTinyWorld } from './survival/tiny-world.ts';

const missing = missingPostgres();
const LIMIT_MS = 60_000;

describe.skipIf(missing !== null)(`from files to PostgreSQL${missing === null ? '' : ` (${missing})`}`, () => {
  let home: string;
  let server: RealPostgres;
  let running: RunningVigil | null = null;
  let incident = '';
  const start = async (more: { databaseUrl?: string } = {}) => {
    const config = {
      world: join(home, 'world'),
      model: MODEL,
      forge: 'git' as const,
      dataDir: join(home, 'data'),
      ...more,
    };
    running = await runVigil(config, { models: { [MODEL]: investigator() } });
    return running;
  };
  const stop = async () => {
    await running?.close();
    running = null;
  };
  const move = (...flags: string[]) =>
    runCli(['move', '--data', join(home, 'data'), ...flags], { env: { DATABASE_URL: server.url } });
  const schemas = async () =>
    (await sql(server.url, "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'vigil%' ORDER BY 1")).map(
      ({ nspname }) => nspname,
    );

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'vigil-move-'));
    [server] = await Promise.all([startPostgres(), writeTinyWorld(join(home, 'world'))]);
  }, LIMIT_MS);
  afterAll(async () => {
    await stop();
    await server?.stop();
    await rm(home, { recursive: true, force: true });
  }, LIMIT_MS);

  test(
    'an incident that waits for approval there is approved here, and every line and byte is what it was',
    async () => {
      const first = await start();
      const before = connect({ apiKey: first.vigil.apiKey, baseURL: first.vigil.url });
      const file = await before.beta.files.upload({ file: new File(['kept'], 'kept.txt') });
      await first.hook(JSON.stringify(alertBody()));
      for (; incident === ''; ) incident = (await first.incidents())[0]?.id ?? '';
      const told = await first.until(incident, ({ actions }) => actions[0]?.state.is === 'proposed');
      const listed = await environments(before);
      const inUse = await move();
      expect([inUse.code, inUse.stderr]).toEqual([1, expect.stringContaining('in use by another running server')]);
      await stop();
      const files = { dataDir: join(home, 'data'), databaseUrl: null };
      const { head, events } = await verifyLog(files, null);

      const dry = await move('--dry-run', '--json');
      expect([dry.code, JSON.parse(dry.stdout)]).toMatchObject([
        0,
        { moved: false, head, events, files: expect.any(Number) },
      ]);
      expect(await schemas()).toEqual([]);

      // One byte of an upload is not what it was: nothing is moved.
      const blobs = join(home, 'data', 'blobs');
      const [blob = ''] = (await readdir(blobs, { recursive: true })).filter((path) => path.length > 60);
      const bytes = await readFile(join(blobs, blob));
      await writeFile(join(blobs, blob), 'other');
      const damaged = await move();
      expect([damaged.code, damaged.stderr]).toEqual([1, expect.stringContaining('blob')]);
      await writeFile(join(blobs, blob), bytes);

      const moved = await move('--json');
      expect([moved.code, JSON.parse(moved.stdout)]).toMatchObject([0, { moved: true, head, events }]);
      expect(await schemas()).toEqual(['vigil', 'vigil_product']);
      expect(await verifyLog({ ...files, databaseUrl: server.url }, null)).toMatchObject({ head, events, faults: [] });
      const again = await move();
      expect([again.code, again.stderr]).toEqual([1, expect.stringContaining('already')]);
      await expect(start()).rejects.toThrow('although it was in use before');

      const second = await start({ databaseUrl: server.url });
      const after = connect({ apiKey: second.vigil.apiKey, baseURL: second.vigil.url });
      expect((await after.beta.files.retrieveMetadata(file.id)).size_bytes).toBe(4);
      const story = await second.story(incident);
      expect(story).toMatchObject({ timeline: told.timeline, evidence: told.evidence, actions: told.actions });
      expect(await environments(after)).toEqual(listed);
      const [action] = story.actions;
      if (action === undefined) throw new Error('an action');
      await second.decide(action, 'approve');
      const ended = await second.until(incident, ({ incident: { state } }) => state.is === 'monitoring');
      expect(ended.actions.map(({ state }) => state.is)).toEqual(['done']);
    },
    LIMIT_MS,
  );
});

/** One by one, by the places that cursors name. */
async function environments(client: ReturnType<typeof connect>): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of client.beta.environments.list({ limit: 1 })) names.push(name);
  return names;
}
