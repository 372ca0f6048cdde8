import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { message, newSession, newWorkplace } from './client.ts';
import { openStream } from './event-stream.ts';
import { type Measure, measure } from './measure.ts';
import { SAID, streamingModel } from './streaming-model.ts';
import { startVigil } from './vigil-process.ts';

const TURNS = 500;
const TOKENS_A_SECOND = 50;
const ROUNDS = 3;
const ROUND_MS = 3_000;

/**
 * Five hundred turns at once on one server, each of whose models streams as fast as a fast one does, to a reader that asked for
 * every token. Model and readers share the other core.
 */
export async function turns(): Promise<Measure[]> {
  const model = await streamingModel(TOKENS_A_SECOND);
  const vigil = await startVigil(
    { ANTHROPIC_API_KEY: 'bench', ANTHROPIC_BASE_URL: model.url },
    { settings: { max_sessions: TURNS } },
  );
  const workplace = await newWorkplace(vigil);
  const agent = new Agent({ maxSockets: TURNS });
  let delays: number[] = [];
  const sessions: string[] = [];
  for (let i = 0; i < TURNS; i += 1) {
    const session = await newSession(workplace);
    const { response } = await openStream(vigil, session, agent, { 'event_deltas[]': 'agent.message' });
    response.setEncoding('utf8').on('data', (text: string) => {
      const now = performance.now();
      for (const [, due] of text.matchAll(SAID)) delays.push(now - Number(due));
    });
    sessions.push(session);
  }
  await Promise.all(
    sessions.map((session) => workplace.client.beta.sessions.events.send(session, message('Tell me something long.'))),
  );
  while (model.open() < TURNS) await sleep(10);
  const rounds: { rate: number; delays: number[]; processor: number }[] = [];
  for (let i = 0; i < ROUNDS; i += 1) {
    delays = [];
    const [before, began] = [await vigil.cpuMs(), performance.now()];
    await sleep(ROUND_MS);
    const seconds = (performance.now() - began) / 1_000;
    const heard = delays;
    rounds.push({
      rate: heard.length / seconds,
      delays: heard,
      processor: ((await vigil.cpuMs()) - before) / heard.length,
    });
  }
  if (model.open() < TURNS) throw new Error('a turn ended before its time');
  model.finish();
  while (model.open() > 0) await sleep(10);
  agent.destroy();
  await vigil.stop();
  await model.close();
  const name = `${TURNS} turns at once, each ${TOKENS_A_SECOND} tokens/s`;
  return [
    measure(
      name,
      'tokens/s',
      rounds.map(({ rate }) => [rate]),
      [{ of: 'p50', must: 'above', value: 0.8 * TURNS * TOKENS_A_SECOND }],
    ),
    measure(
      'a token from the model to its reader',
      'ms',
      rounds.map((round) => round.delays),
      [],
    ),
    measure(
      'processor time of a token',
      'us',
      rounds.map(({ processor }) => [processor * 1_000]),
      [],
    ),
  ];
}
