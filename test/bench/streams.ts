import { readFile } from 'node:fs/promises';
import { Agent, type ClientRequest } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { newSession, newWorkplace } from './client.ts';
import { openStream } from './event-stream.ts';
import { below, type Measure, measure } from './measure.ts';
import { startVigil } from './vigil-process.ts';

const READERS = 10_000;
const SESSIONS = 100;
const AT_ONCE = 50;
const SETTLE_MS = 3000;
/** A process has other files open, too. */
const OTHER_FILES = 300;
const ALLOWED_MB = 250;

/** What ten thousand idle readers of event streams add to the server's memory, a hundred to each session. */
export async function streams(): Promise<Measure[]> {
  const count = await possible(READERS);
  const vigil = await startVigil();
  const workplace = await newWorkplace(vigil);
  const sessions: string[] = [];
  for (let i = 0; i < SESSIONS; i += 1) sessions.push(await newSession(workplace));
  await sleep(SETTLE_MS);
  const before = await vigil.rssMb();
  const agent = new Agent({ maxSockets: count });
  const readers: ClientRequest[] = [];
  async function subscribe(session: string): Promise<ClientRequest> {
    const { request, response } = await openStream(vigil, session, agent);
    response.resume();
    return request;
  }
  while (readers.length < count) {
    const next = Array.from({ length: Math.min(AT_ONCE, count - readers.length) }, (_, i) => i + readers.length);
    readers.push(...(await Promise.all(next.map((i) => subscribe(sessions[i % SESSIONS] ?? '')))));
  }
  await sleep(SETTLE_MS);
  const added = (await vigil.rssMb()) - before;
  for (const reader of readers) reader.destroy();
  await vigil.stop();
  const told = count === READERS ? '' : ', as many as the limit of open files lets in';
  return [
    measure(`memory of ${count} idle readers${told}`, 'MB', [[added]], below((ALLOWED_MB * count) / READERS)),
    measure(`memory of a stream's reader (of ${count})`, 'kB', [[(added * 1024) / count]], below(30)),
  ];
}

/** Node raises the limit of open files as far as it may by itself; what is left is the system's (`ulimit -Hn`). */
async function possible(wanted: number): Promise<number> {
  const limits = await readFile('/proc/self/limits', 'utf8');
  const [, files = 'unlimited'] = /^Max open files +(\d+|unlimited)/m.exec(limits) ?? [];
  return files === 'unlimited' ? wanted : Math.min(wanted, Number(files) - OTHER_FILES);
}
