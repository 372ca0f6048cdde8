/**
 * `npm run bench:load -- [--per-day 100000] [--servers 1] [--seconds 60] [--answer-ms 500] [--resting N]`: sessions come in as they would on
 * a day of so many, to real servers on one PostgreSQL, each with ten model requests and nine commands in its sandbox. Says
 * what one of them costs, and ends with 1 when the servers did not keep up. The model is quicker than a real one, so that fewer are under way at once; nothing else is left out.
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import Anthropic from '@anthropic-ai/sdk';
import { fakeAnthropic, type Reply } from '../kit/fake-anthropic.ts';
import { missingPostgres, sql, startPostgres } from '../kit/real-postgres.ts';
import { message, newSession, newWorkplace, TOOLS } from './client.ts';
import { quantile } from './measure.ts';
import { familyMs } from './processor.ts';
import { startVigil, type VigilProcess } from './vigil-process.ts';

const REQUESTS = 10;
const DAY_S = 86_400;
/** What a model says between two commands. */
const THOUGHT =
  'The error rate rose before the deployment, so it is not its cause. Next: what the database says. '.repeat(4);

const LOOK = `SELECT (SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()) AS commits,
  (SELECT count(*) FROM vigil.events) AS events, pg_current_wal_lsn() - '0/0'::pg_lsn AS wal,
  (SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relnamespace = 'vigil'::regnamespace AND relkind = 'r') AS bytes`;

const { values } = parseArgs({
  options: {
    'per-day': { type: 'string', default: '100000' },
    servers: { type: 'string', default: '1' },
    seconds: { type: 'string', default: '60' },
    'answer-ms': { type: 'string', default: '500' },
    resting: { type: 'string' },
  },
});
const perSecond = Number(values['per-day']) / DAY_S;
const answerMs = Number(values['answer-ms']);
const missing = missingPostgres();
if (missing !== null) throw new Error(missing);

const database = await startPostgres({ durable: true });
const model = await fakeAnthropic(replyTo);
const env = {
  DATABASE_URL: database.url,
  VIGIL_API_KEY: 'bench',
  VIGIL_HOOK_TOKEN: 'bench-hooks',
  VIGIL_MASTER_KEY: randomBytes(32).toString('base64'),
  ANTHROPIC_API_KEY: 'bench',
  ANTHROPIC_BASE_URL: model.url,
};
const resting = values.resting === undefined ? {} : { max_resting_sandboxes: Number(values.resting) };
const settings = { max_sessions: 500, ...resting };
const servers: VigilProcess[] = [];
for (let i = 0; i < Number(values.servers); i += 1) {
  servers.push(await startVigil(env, { settings }));
}
const [first] = servers;
if (first === undefined) throw new Error('no server was asked for');
const { agent, environment } = await newWorkplace(first, TOOLS);
const clients = servers.map(({ url }) => new Anthropic({ apiKey: 'bench', baseURL: url, maxRetries: 0 }));
const [row] = await sql(database.url, "SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1) AS pid");
const postmaster = Number(row?.pid);

/** What every session took beyond the model's own time, milliseconds. */
let own: number[] = [];
let started = 0;
let finished = 0;
const stop = new AbortController();
const arriving = arrive();
// Until as many end as come.
await sleep(5_000 + 2 * REQUESTS * answerMs);
own = [];
const before = await look();
await sleep(Number(values.seconds) * 1_000);
const after = await look();
const ended = [...own];
stop.abort();
await arriving;
for (const server of servers) await server.stop();
await model.close();
await database.stop();
report();

async function arrive(): Promise<void> {
  const open = new Set<Promise<void>>();
  const began = performance.now();
  for (; !stop.signal.aborted; started += 1) {
    await sleep(Math.max(0, began + (started * 1_000) / perSecond - performance.now()));
    const one: Promise<void> = live(started).finally(() => open.delete(one));
    open.add(one);
  }
  await Promise.all(open);
}

/** A session is made, watched by a reader, given a message, and comes to its end. */
async function live(n: number): Promise<void> {
  const client = clients[n % clients.length];
  if (client === undefined) throw new Error('there is no client');
  const began = performance.now();
  const session = await newSession({ client, agent, environment });
  const stream = await client.beta.sessions.events.stream(session);
  await client.beta.sessions.events.send(session, message(`message ${n}`));
  for await (const event of stream) if (event.type === 'session.status_idle') break;
  finished += 1;
  own.push(performance.now() - began - REQUESTS * answerMs);
}

function replyTo({ messages }: Record<string, unknown>): Reply {
  const answers = Array.isArray(messages) ? messages.filter(({ role }) => role === 'assistant').length : 0;
  const call = { tool: 'bash', id: `toolu_${answers}`, json: '{"command":"seq 1 200 | grep 7 | wc -l"}' };
  const said = [{ thinking: THOUGHT, signature: 'bench' }, { text: THOUGHT }];
  return { delayMs: answerMs, blocks: answers < REQUESTS - 1 ? [...said, call] : [{ text: THOUGHT }] };
}

interface Look {
  at: number;
  /** Sessions that came and have not ended. */
  open: number;
  memory: number;
  servers: number;
  database: number;
  requests: number;
  commits: number;
  events: number;
  bytes: number;
  wal: number;
}

async function look(): Promise<Look> {
  const [row] = await sql(database.url, LOOK);
  const used = await Promise.all(servers.map((server) => server.cpuMs()));
  const resident = await Promise.all(servers.map((server) => server.rssMb()));
  return {
    at: performance.now(),
    open: started - finished,
    memory: Math.max(...resident),
    servers: used.reduce((sum, one) => sum + one, 0),
    database: await familyMs(postmaster),
    requests: model.requests.length,
    commits: Number(row?.commits),
    events: Number(row?.events),
    bytes: Number(row?.bytes),
    wal: Number(row?.wal),
  };
}

function report(): void {
  const seconds = (after.at - before.at) / 1_000;
  const sessions = ended.length;
  const of = (what: keyof Look) => after[what] - before[what];
  const each = (what: keyof Look) => of(what) / sessions;
  const cores = (of('servers') + of('database')) / (seconds * 1_000);
  console.log(
    [
      `${servers.length} servers, ${perSecond.toFixed(2)} sessions came in each second, ${sessions} ended in ${seconds.toFixed(0)} s`,
      `a session: ${each('events').toFixed(0)} events, ${each('requests').toFixed(1)} model requests, ${each('commits').toFixed(0)} transactions`,
      `processor: servers ${each('servers').toFixed(0)} ms, PostgreSQL ${each('database').toFixed(0)} ms; ${cores.toFixed(2)} cores in all`,
      `bytes: tables and indexes ${(each('bytes') / 1_024).toFixed(0)} KB, write-ahead log ${(each('wal') / 1_024).toFixed(0)} KB`,
      `a second: ${(of('events') / seconds).toFixed(0)} events, ${(of('commits') / seconds).toFixed(0)} transactions`,
      `under way: ${before.open} sessions at the beginning, ${after.open} at the end; memory of a server ${after.memory.toFixed(0)} MB`,
      `its time beyond the model's: p50 ${quantile(ended, 0.5).toFixed(0)} ms, p95 ${quantile(ended, 0.95).toFixed(0)} ms`,
    ].join('\n'),
  );
  if (after.open <= 1.5 * before.open + 10) return;
  console.log('The servers did not keep up: more came than ended.');
  process.exitCode = 1;
}
