import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type Anthropic from '@anthropic-ai/sdk';
import { live } from '../kit/mortal-life.ts';
import { freshSchema, missingPostgres, sql, startPostgres } from '../kit/real-postgres.ts';
import { below, type Measure, measure } from './measure.ts';

const SESSIONS = 100_000;
const WATCH_MS = 10_000;
const WAKES = 40;

/** What a hundred thousand sessions at rest ask of PostgreSQL, and how soon one of them stirs; without one installed, nothing. */
export async function atRest(): Promise<Measure[]> {
  if (missingPostgres() !== null) return [];
  const server = await startPostgres({ durable: true });
  const home = await mkdtemp(join(tmpdir(), 'vigil-bench-'));
  const schema = freshSchema();
  const life = live({
    name: 'one',
    dataDir: home,
    apiKey: 'bench',
    masterKey: randomBytes(32).toString('base64'),
    database: { url: server.url, schema, leaseMs: 30_000 },
    effects: join(home, 'effects'),
  });
  const client = await life.client;
  if (client === null) throw new Error(life.stderr());
  await sql(
    server.url,
    `SET search_path TO ${schema}; INSERT INTO sessions (id, seq, epoch, woken, took)
       SELECT 'sesn_' || n, 0, 0, 0, 0 FROM generate_series(1, ${SESSIONS}) AS n; ANALYZE sessions`,
  );
  await sleep(2_000);
  const rates: number[][] = [];
  const commits = async () =>
    Number(
      (await sql(server.url, 'SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()'))[0]
        ?.xact_commit,
    );
  const [before, began] = [await commits(), performance.now()];
  await sleep(WATCH_MS);
  rates.push([((await commits()) - before) / ((performance.now() - began) / 1_000)]);
  const wakes = await wakeTimes(client);
  life.signal('SIGTERM');
  await life.ended;
  await server.stop();
  await rm(home, { recursive: true, force: true });
  return [
    measure(`${SESSIONS} sessions at rest, PostgreSQL`, 'tx/s', rates, below(5)),
    measure('from a message to the first event, PostgreSQL', 'ms', [wakes], below(40)),
  ];
}

/** From the call that sends to the first line that a reader of the stream hears of the run. */
async function wakeTimes({ beta }: Anthropic): Promise<number[]> {
  const agent = await beta.agents.create({ name: 'bench', model: 'scripted-mortal' });
  const environment = await beta.environments.create({ name: 'bench' });
  const times: number[] = [];
  for (let i = 0; i < WAKES; i += 1) {
    const session = await beta.sessions.create({ agent: agent.id, environment_id: environment.id });
    const stream = await beta.sessions.events.stream(session.id);
    const sent = performance.now();
    void beta.sessions.events.send(session.id, {
      events: [{ type: 'user.message', content: [{ type: 'text', text: 'hello' }] }],
    });
    for await (const event of stream) {
      if (event.type === 'session.status_running') times.push(performance.now() - sent);
      if (event.type === 'session.status_idle') break;
    }
  }
  return times;
}
