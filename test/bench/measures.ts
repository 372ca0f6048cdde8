/** What is measured, each against the built program over HTTP with the official client. */

import { setTimeout as sleep } from 'node:timers/promises';
import Anthropic from '@anthropic-ai/sdk';
import type { ModelServer } from './model-server.ts';
import { startVigilProcess, type VigilProcess } from './vigil-process.ts';

const STARTS = 5;
const WARM_UPS = 10;
const SENDS = 100;
const ROWS = 1000;
const LISTS = 50;
const SETTLE_MS = 3000;

export async function coldStarts(): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < STARTS; i += 1) {
    const vigil = await startVigilProcess({});
    times.push(vigil.startMs);
    await vigil.stop();
  }
  return times;
}

/** After a start and some rest, before any work. */
export async function idleMemory(vigil: VigilProcess): Promise<number> {
  await sleep(SETTLE_MS);
  return vigil.rssMb();
}

/** From the client's call to the arrival of the model request that it causes. */
export async function sendToModel(vigil: VigilProcess, model: ModelServer): Promise<number[]> {
  const client = clientOf(vigil);
  const times: number[] = [];
  let session = await newSession(client);
  for (let i = 0; i < WARM_UPS + SENDS; i += 1) {
    if (i % 10 === 0) session = await newSession(client);
    const asked = model.asked();
    const sent = performance.now();
    await client.beta.sessions.events.send(session, message(i));
    if (i >= WARM_UPS) times.push((await asked) - sent);
    else await asked;
    await idle(client, session);
  }
  return times;
}

/** One page of a thousand events, read whole. */
export async function listEvents(vigil: VigilProcess): Promise<number[]> {
  const client = clientOf(vigil);
  const session = await newSession(client);
  let rows = 0;
  while (rows < ROWS) {
    for (let i = 0; i < 20; i += 1) {
      await client.beta.sessions.events.send(session, message(i));
      await idle(client, session);
    }
    rows = (await client.beta.sessions.events.list(session, { limit: ROWS })).data.length;
  }
  const times: number[] = [];
  for (let i = 0; i < LISTS; i += 1) {
    const began = performance.now();
    await client.beta.sessions.events.list(session, { limit: ROWS });
    times.push(performance.now() - began);
  }
  return times;
}

function clientOf(vigil: VigilProcess): Anthropic {
  return new Anthropic({ apiKey: vigil.apiKey, baseURL: vigil.url, maxRetries: 0 });
}

async function newSession(client: Anthropic): Promise<string> {
  const agent = await client.beta.agents.create({ name: 'bench', model: 'claude-bench', system: 'Say ok.' });
  const environment = await client.beta.environments.create({
    name: `bench-${performance.now()}`,
    config: { type: 'cloud', networking: { type: 'unrestricted' } },
  });
  const session = await client.beta.sessions.create({ agent: agent.id, environment_id: environment.id });
  return session.id;
}

function message(i: number): Parameters<Anthropic['beta']['sessions']['events']['send']>[1] {
  return { events: [{ type: 'user.message', content: [{ type: 'text', text: `message ${i}` }] }] };
}

async function idle(client: Anthropic, session: string): Promise<void> {
  while ((await client.beta.sessions.retrieve(session)).status !== 'idle') await sleep(2);
}
