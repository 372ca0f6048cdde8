import { fakeAnthropic } from '../kit/fake-anthropic.ts';
import { idleAgain, message, newSession, newWorkplace } from './client.ts';
import { below, type Measure, measure } from './measure.ts';
import { startVigil } from './vigil-process.ts';

const ROWS = 1000;
const AT_ONCE = 50;
const WARM_UPS = 20;
const ROUNDS = 3;
const LISTS = 40;

/** One page of a thousand events, read whole and parsed by the official client. */
export async function listEvents(): Promise<Measure[]> {
  const model = await fakeAnthropic({ blocks: [{ text: 'A short answer to a short message.' }] });
  const vigil = await startVigil({ ANTHROPIC_API_KEY: 'bench', ANTHROPIC_BASE_URL: model.url });
  const workplace = await newWorkplace(vigil);
  const session = await newSession(workplace);
  const { events } = workplace.client.beta.sessions;
  const list = async () => (await events.list(session, { limit: ROWS })).data.length;
  while ((await list()) < ROWS) {
    await events.send(session, {
      events: Array.from({ length: AT_ONCE }, (_, i) => message(`message ${i}`).events[0]),
    });
    await idleAgain(workplace, session);
  }
  for (let i = 0; i < WARM_UPS; i += 1) await list();
  const rounds: number[][] = [];
  for (let i = 0; i < ROUNDS; i += 1) {
    const times: number[] = [];
    for (let k = 0; k < LISTS; k += 1) {
      const began = performance.now();
      await list();
      times.push(performance.now() - began);
    }
    rounds.push(times);
  }
  await vigil.stop();
  await model.close();
  return [measure('events.list of 1,000 rows', 'ms', rounds, below(6))];
}
