import { once } from 'node:events';
import { Agent, type ClientRequest, get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { newSession, newWorkplace } from './client.ts';
import { below, type Measure, measure } from './measure.ts';
import { startVigil, type VigilProcess } from './vigil-process.ts';

const READERS = 2000;
const SETTLE_MS = 3000;

/** What one more reader of an event stream adds to the server's memory. */
export async function streams(): Promise<Measure[]> {
  const vigil = await startVigil();
  const session = await newSession(await newWorkplace(vigil));
  await sleep(SETTLE_MS);
  const before = await vigil.rssMb();
  const agent = new Agent({ maxSockets: READERS });
  const readers: ClientRequest[] = [];
  for (let i = 0; i < READERS; i += 1) readers.push(await subscribe(vigil, session, agent));
  await sleep(SETTLE_MS);
  const each = (((await vigil.rssMb()) - before) * 1024) / READERS;
  for (const reader of readers) reader.destroy();
  await vigil.stop();
  return [measure(`memory of a stream's reader (of ${READERS})`, 'kB', [[each]], below(30))];
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
