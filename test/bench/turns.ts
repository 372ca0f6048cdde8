import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { scriptedModel } from '../../src/core/adapters/scripted/index.ts';
import { embedCore } from '../../src/embed.ts';
import { message } from './client.ts';
import { type Measure, measure } from './measure.ts';

const TURNS = 500;
const TOKENS_A_SECOND = 50;
const SECONDS = 6;

/** Five hundred turns at once on one server, each of whose models streams as fast as a fast one does. */
export async function turns(): Promise<Measure[]> {
  const dataDir = await mkdtemp(join(tmpdir(), 'vigil-bench-'));
  const text = Array.from({ length: TOKENS_A_SECOND * SECONDS }, (_, n) => `w${n}`).join(' ');
  let began = Number.POSITIVE_INFINITY;
  const script = () => {
    began = Math.min(began, performance.now());
    return { blocks: [{ text }], chunkDelayMs: 1_000 / TOKENS_A_SECOND };
  };
  const core = await embedCore({
    dataDir,
    apiKey: 'bench',
    models: { scripted: scriptedModel(script) },
    run: { sessions: TURNS },
  });
  const { beta } = core.client;
  const agent = await beta.agents.create({ name: 'bench', model: 'scripted' });
  const environment = await beta.environments.create({ name: 'bench' });
  const sessions: string[] = [];
  for (let i = 0; i < TURNS; i += 1) {
    sessions.push((await beta.sessions.create({ agent: agent.id, environment_id: environment.id })).id);
  }
  const ended: number[] = [];
  await Promise.all(
    sessions.map(async (session, i) => {
      const stream = await beta.sessions.events.stream(session);
      await beta.sessions.events.send(session, message(`message ${i}`));
      for await (const event of stream) if (event.type === 'session.status_idle') break;
      ended.push(performance.now());
    }),
  );
  const rate = (TURNS * TOKENS_A_SECOND * SECONDS) / ((Math.max(...ended) - began) / 1_000);
  await sleep(100);
  await core.close();
  await rm(dataDir, { recursive: true, force: true });
  return [
    measure(
      `${TURNS} turns at once, each ${TOKENS_A_SECOND} tokens/s`,
      'tokens/s',
      [[rate]],
      [{ of: 'p50', must: 'above', value: 0.8 * TURNS * TOKENS_A_SECOND }],
    ),
  ];
}
