import { setTimeout as sleep } from 'node:timers/promises';
import { fakeAnthropic, type Reply } from '../kit/fake-anthropic.ts';
import { missingPostgres, startPostgres } from '../kit/real-postgres.ts';
import { idleAgain, message, newSession, newWorkplace, TOOLS, type Workplace } from './client.ts';
import { type Bar, below, type Measure, measure } from './measure.ts';
import { startVigil } from './vigil-process.ts';

const WARM_UPS = 20;
const ROUNDS = 3;
const SENDS = 60;
const PER_SESSION = 10;
/** A message that has a session's sandbox made. */
const USE_IT = 'use the shell';

/** From the client's call to the arrival of the model request it causes: in between, the event is on disk three times over. */
export async function sendToModel(): Promise<Measure[]> {
  return await measureSends('SQLite', {}, below(10, 25));
}

/** The same on a PostgreSQL of its own that waits for the disk; without one installed, nothing. */
export async function postgresSendToModel(): Promise<Measure[]> {
  if (missingPostgres() !== null) return [];
  const server = await startPostgres({ durable: true });
  const measures = await measureSends('PostgreSQL', { DATABASE_URL: server.url }, below(20, 60));
  await server.stop();
  return measures;
}

/** In sessions without a sandbox, and in sessions whose sandbox stands by. */
async function measureSends(name: string, env: Record<string, string>, bars: Bar[]): Promise<Measure[]> {
  const model = await fakeAnthropic(replyTo);
  const vigil = await startVigil({ ANTHROPIC_API_KEY: 'bench', ANTHROPIC_BASE_URL: model.url, ...env });

  async function round(workplace: Workplace, sends: number, first: string | null): Promise<number[]> {
    const times: number[] = [];
    let session = '';
    for (let i = 0; i < sends; i += 1) {
      if (i % PER_SESSION === 0) session = await begin(workplace, first);
      const asked = model.requests.length;
      const sent = performance.now();
      await workplace.client.beta.sessions.events.send(session, message(`message ${i}`));
      // Asking the server how far it is would keep it from getting there.
      while (model.requests[asked] === undefined) await sleep(1);
      times.push(model.requests[asked].at - sent);
      await idleAgain(workplace, session);
    }
    return times;
  }
  const bare = await newWorkplace(vigil);
  const equipped = await newWorkplace(vigil, TOOLS);
  await round(bare, WARM_UPS, null);
  const without: number[][] = [];
  const beside: number[][] = [];
  for (let i = 0; i < ROUNDS; i += 1) {
    without.push(await round(bare, SENDS, null));
    beside.push(await round(equipped, SENDS, USE_IT));
  }
  await vigil.stop();
  await model.close();
  return [
    measure(`event send to model request, ${name}`, 'ms', without, bars),
    measure(`the same beside a sandbox, ${name}`, 'ms', beside, bars),
  ];
}

/** `first` is answered before anything is measured. */
async function begin(workplace: Workplace, first: string | null): Promise<string> {
  const session = await newSession(workplace);
  if (first !== null) {
    await workplace.client.beta.sessions.events.send(session, message(first));
    await idleAgain(workplace, session);
  }
  return session;
}

function replyTo(body: Record<string, unknown>): Reply {
  const { messages } = body as { messages: unknown[] };
  const wanted = JSON.stringify(messages.at(-1)).includes(USE_IT);
  return { blocks: [wanted ? { tool: 'bash', id: 'toolu_1', json: '{"command":"echo ready"}' } : { text: 'ok' }] };
}
