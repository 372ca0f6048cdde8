import { setTimeout as sleep } from 'node:timers/promises';
import { fakeAnthropic } from '../kit/fake-anthropic.ts';
import { idleAgain, message, newSession, newWorkplace } from './client.ts';
import { below, type Measure, measure } from './measure.ts';
import { startVigil } from './vigil-process.ts';

const WARM_UPS = 20;
const ROUNDS = 3;
const SENDS = 60;
const PER_SESSION = 10;

/** From the client's call to the arrival of the model request it causes: in between, the event is on disk three times over. */
export async function sendToModel(): Promise<Measure[]> {
  const model = await fakeAnthropic({ blocks: [{ text: 'ok' }] });
  const vigil = await startVigil({ ANTHROPIC_API_KEY: 'bench', ANTHROPIC_BASE_URL: model.url });
  const workplace = await newWorkplace(vigil);

  async function round(sends: number): Promise<number[]> {
    const times: number[] = [];
    let session = '';
    for (let i = 0; i < sends; i += 1) {
      if (i % PER_SESSION === 0) session = await newSession(workplace);
      const asked = model.requests.length;
      const sent = performance.now();
      await workplace.client.beta.sessions.events.send(session, message(i));
      // Asking the server how far it is would keep it from getting there.
      while (model.requests[asked] === undefined) await sleep(1);
      times.push(model.requests[asked].at - sent);
      await idleAgain(workplace, session);
    }
    return times;
  }
  await round(WARM_UPS);
  const rounds: number[][] = [];
  for (let i = 0; i < ROUNDS; i += 1) rounds.push(await round(SENDS));
  await vigil.stop();
  await model.close();
  return [measure('event send to model request', 'ms', rounds, below(10, 25))];
}
