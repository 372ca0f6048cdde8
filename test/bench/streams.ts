import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { Agent, type ClientRequest, get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { newSession, newWorkplace } from './client.ts';
import { below, type Measure, measure } from './measure.ts';
import { startVigil, type VigilProcess } from './vigil-process.ts';

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
  while (readers.length < count) {
    const next = Array.from({ length: Math.min(AT_ONCE, count - readers.length) }, (_, i) => i + readers.length);
    readers.push(...(await Promise.all(next.map((i) => subscribe(vigil, sessions[i % SESSIONS] ?? '', agent)))));
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

async function subscribe(vigil: VigilProcess, session: string, agent: Agent): Promise<ClientRequest> {
  const headers = { 'x-api-key': vigil.apiKey, 'anthropic-version': '2023-06-01' };
  const request = get(`${vigil.url}/v1/sessions/${session}/events/stream?beta=true`, { agent, headers });
  // Ending the connection is how a reader leaves.
  request.on('error', () => undefined);
  const [response] = await once(request, 'response');
  if (response.statusCode !== 200) throw new Error(`a stream was answered with ${response.statusCode}`);
  response.resume();
  return request;
}
