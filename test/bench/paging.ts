/**
 * `npm run bench:paging -- ROWS NAME`: lists of 100,000 rows, walked by the official client to their last page; with a name,
 * those that have it in theirs. Ends with 1 when a page is slow, or the last ones cost more than the first.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Anthropic from '@anthropic-ai/sdk';
import { missingPostgres, sql, startPostgres } from '../kit/real-postgres.ts';
import { type Filled, fill } from './fill.ts';
import { quantile } from './measure.ts';
import { startVigil } from './vigil-process.ts';

const P99_MS = 50;
/** Of the last pages to the first, at most. */
const RATIO = 1.5;
/** A list is walked as often as it takes to see so many: of fewer, the slowest in a hundred is the slowest of all. */
const PAGES = 500;
/** And so often at least: what else the machine did at one walk's end does not count. */
const WALKS = 3;

interface Page {
  data: readonly object[];
  hasNextPage(): boolean;
  getNextPage(): Promise<Page>;
}

const rows = Number(process.argv[2] ?? 100_000);
const wanted = process.argv[3] ?? '';
console.log(`${rows} rows${' '.repeat(42)}pages   rows      p50      p99  last/first`);
await walkAll('SQLite', null);
const missing = missingPostgres();
if (missing === null) {
  const server = await startPostgres({ durable: true });
  await walkAll('PostgreSQL', server.url);
  await server.stop();
} else {
  console.log(`PostgreSQL: ${missing}`);
}

async function walkAll(name: string, url: string | null): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'vigil-bench-'));
  const filled = await fill(rows, { dataDir, ...(url === null ? {} : { database: { url } }) });
  // The server does so by itself within a minute of so many rows.
  if (url !== null) await sql(url, 'ANALYZE');
  const vigil = await startVigil(url === null ? {} : { DATABASE_URL: url }, { folder: dataDir });
  const client = new Anthropic({ apiKey: vigil.apiKey, baseURL: vigil.url, maxRetries: 0 });
  for (const [list, first] of Object.entries(listsOf(client, filled))) {
    if (list.includes(wanted)) await walk(`${name}, ${list}`, first);
  }
  await vigil.stop();
  await rm(dataDir, { recursive: true, force: true });
}

function listsOf(
  client: Anthropic,
  { session, rareAgent, rareStore, rareDeployment, from }: Filled,
): Record<string, () => Promise<Page>> {
  const { sessions } = client.beta;
  const { events } = sessions;
  const middle = new Date(from + (rows / 2) * 1_000).toISOString();
  return {
    'sessions.list': () => sessions.list({ limit: 100 }),
    'sessions.list, oldest first': () => sessions.list({ limit: 100, order: 'asc' }),
    'sessions.list, older half': () => sessions.list({ limit: 100, 'created_at[lt]': middle }),
    'sessions.list, of a rare agent': () => sessions.list({ limit: 20, agent_id: rareAgent }),
    'sessions.list, of a rare memory store': () => sessions.list({ limit: 20, memory_store_id: rareStore }),
    'sessions.list, of a rare deployment': () => sessions.list({ limit: 20, deployment_id: rareDeployment }),
    'sessions.list, of a rare status': () => sessions.list({ limit: 20, statuses: ['terminated'] }),
    'sessions.list, of no agent': () => sessions.list({ agent_id: 'agent_none' }),
    'sessions.list, of no deployment': () => sessions.list({ deployment_id: 'depl_none' }),
    'sessions.list, of no memory store': () => sessions.list({ memory_store_id: 'memstore_none' }),
    'events.list': () => events.list(session),
    'events.list, 100 a page': () => events.list(session, { limit: 100 }),
    'events.list, newest first': () => events.list(session, { order: 'desc' }),
    'events.list, newer half': () => events.list(session, { 'created_at[gte]': middle }),
    'events.list, of a rare type': () => events.list(session, { limit: 20, types: ['session.status_running'] }),
    'events.list, of all types but one': () =>
      events.list(session, { types: ['session.status_running', 'agent.message'] }),
    'events.list, of a type that is not there': () => events.list(session, { types: ['session.error'] }),
  };
}

async function walk(name: string, first: () => Promise<Page>): Promise<void> {
  // The first of all pays for what is compiled and read once.
  await first();
  const walks = [await timesOf(first)];
  const pages = walks[0]?.times.length ?? 0;
  while (walks.length < WALKS || walks.length * pages < PAGES) walks.push(await timesOf(first));
  const times = walks.flatMap((one) => one.times);
  const ratio = quantile(
    walks.map((one) => ratioOf(one.times)),
    0.5,
  );
  const p99 = quantile(times, 0.99);
  const isGood = p99 < P99_MS && (pages < 20 || ratio < RATIO);
  if (!isGood) process.exitCode = 1;
  const seen = walks[0]?.seen ?? 0;
  const cells = [pages, seen, `${quantile(times, 0.5).toFixed(1)} ms`, `${p99.toFixed(1)} ms`, ratio.toFixed(2)];
  console.log(
    `${name.padEnd(50)} ${cells.map((cell) => String(cell).padStart(8)).join(' ')}${isGood ? '' : '  MISSED'}`,
  );
}

/** Of the median page of the last tenth to that of the first. */
function ratioOf(times: readonly number[]): number {
  const tenth = Math.ceil(times.length / 10);
  return quantile(times.slice(-tenth), 0.5) / quantile(times.slice(0, tenth), 0.5);
}

/** What each page took, and how many rows there were. */
async function timesOf(first: () => Promise<Page>): Promise<{ times: number[]; seen: number }> {
  const times: number[] = [];
  let seen = 0;
  for (let next: (() => Promise<Page>) | null = first; next !== null; ) {
    const began = performance.now();
    const page: Page = await next();
    times.push(performance.now() - began);
    seen += page.data.length;
    next = page.hasNextPage() ? () => page.getNextPage() : null;
  }
  return { times, seen };
}
