/**
 * Three servers on one database: any of them takes input, runs it and streams it. One is killed in the middle, one stands
 * still and comes back: the session goes on elsewhere, nothing is lost, nothing is done twice.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type Anthropic from '@anthropic-ai/sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  ANSWER_WORDS,
  type CoreNode,
  type CoreNodes,
  missingFakeClock,
  startCoreNodes,
  WITH_EFFECT,
} from '../kit/core-nodes.ts';
import { missingPostgres, type RealPostgres, startPostgres } from '../kit/real-postgres.ts';
import { until } from '../kit/until.ts';

const missing = missingPostgres();
const LEASE_MS = 3_000;
/** A lease has this much of its time behind it at most. */
const RENEWED_MS = LEASE_MS / 3;
const LIMIT_MS = 60_000;

let server: RealPostgres;
let nodes: CoreNodes;
beforeAll(async () => {
  if (missing !== null) return;
  server = await startPostgres();
  nodes = await startCoreNodes(server.url, 3, LEASE_MS);
}, LIMIT_MS);
afterAll(async () => {
  await nodes?.close();
  await server?.stop();
}, LIMIT_MS);

type Event = Anthropic.Beta.Sessions.BetaManagedAgentsStreamSessionEvents;

/** Some server, not the one given. */
function someone(but: CoreNode | null = null): CoreNode {
  const found = nodes.alive().find((node) => node !== but);
  if (found === undefined) throw new Error('no server is left');
  return found;
}

async function newSession({ client }: CoreNode): Promise<string> {
  const agent = await client.beta.agents.create({
    name: 'tester',
    model: 'scripted-node',
    tools: [
      {
        type: 'agent_toolset_20260401',
        default_config: { enabled: true, permission_policy: { type: 'always_allow' } },
      },
    ],
  });
  const environment = await client.beta.environments.create({ name: `e-${Math.random()}` });
  return (await client.beta.sessions.create({ agent: agent.id, environment_id: environment.id })).id;
}

async function say({ client }: CoreNode, session: string, text: string): Promise<void> {
  await client.beta.sessions.events.send(session, {
    events: [{ type: 'user.message', content: [{ type: 'text', text }] }],
  });
}

const soon = <T>(what: () => Promise<T | null | false | undefined>) => until(what, 15);

async function log(node: CoreNode, session: string) {
  return (await node.client.beta.sessions.events.list(session, { limit: 1000 })).data;
}

const isIdle = async (node: CoreNode, session: string) =>
  (await log(node, session)).some((event) => event.type === 'session.status_idle');

/** The numbers of the log have no gap, and every request to the model and every call has its end. */
async function expectWhole(session: string): Promise<void> {
  const rows = await nodes.rows(`SELECT seq, type FROM events WHERE session_id = '${session}' ORDER BY seq`);
  expect(rows.map((row) => Number(row.seq))).toEqual(rows.map((_, index) => index + 1));
  const count = (type: string) => rows.filter((row) => row.type === type).length;
  expect(count('span.model_request_end')).toBe(count('span.model_request_start'));
  expect(count('agent.tool_result')).toBe(count('agent.tool_use'));
}

describe.skipIf(missing !== null)(`three servers on one PostgreSQL${missing === null ? '' : ` (${missing})`}`, () => {
  test(
    'what one takes in and any runs is streamed by another, deltas included',
    async () => {
      const a = someone();
      const b = someone(a);
      const session = await newSession(a);
      const streams = await Promise.all(
        nodes
          .alive()
          .map((node) => node.client.beta.sessions.events.stream(session, { event_deltas: ['agent.message'] })),
      );
      const reading = streams.map(async (stream) => {
        const events: Event[] = [];
        for await (const event of stream) {
          events.push(event);
          if (event.type === 'session.status_idle') break;
        }
        return events;
      });
      await say(b, session, 'hello');
      const heard = await Promise.all(reading);
      const logged = await log(a, session);
      for (const events of heard) {
        expect(events.filter((event) => 'processed_at' in event && event.processed_at !== null)).toEqual(logged);
        expect(events.filter((event) => event.type === 'event_delta').length).toBeGreaterThan(ANSWER_WORDS / 2);
      }
      await expectWhole(session);
    },
    LIMIT_MS,
  );

  test(
    'a server killed while a tool runs: another goes on within moments, and the tool is not run again',
    async () => {
      const one = someone();
      const session = await newSession(one);
      const before = (await nodes.effects()).length;
      await say(one, session, WITH_EFFECT);
      await soon(async () => (await nodes.effects()).length > before);
      const holder = await soon(() => nodes.holder(session));
      const witness = someone(holder);
      const lines = (await log(witness, session)).length;
      const from = Date.now();
      holder.signal('SIGKILL');
      await soon(async () => (await log(witness, session)).length > lines);
      expect(Date.now() - from).toBeLessThan(LEASE_MS - RENEWED_MS);
      await soon(() => isIdle(witness, session));
      const events = await log(witness, session);
      expect(events.find((event) => event.type === 'agent.tool_result')).toMatchObject({ is_error: true });
      expect((await nodes.effects()).length).toBe(before + 1);
      const answers = events.filter((event) => event.type === 'agent.message');
      expect(answers).toHaveLength(1);
      expect(JSON.stringify(answers)).not.toContain(holder.name);
      await expectWhole(session);
    },
    LIMIT_MS,
  );

  test(
    'a server that stands still loses its session, and writes nothing when it comes back',
    async () => {
      const one = someone();
      const session = await newSession(one);
      const before = (await nodes.effects()).length;
      await say(one, session, WITH_EFFECT);
      // In the middle of a command, whose result it will want to write at once when it comes back.
      await soon(async () => (await nodes.effects()).length > before);
      const holder = await soon(() => nodes.holder(session));
      holder.signal('SIGSTOP');
      const witness = someone(holder);
      await soon(() => isIdle(witness, session));
      const told = await log(witness, session);
      holder.signal('SIGCONT');
      await sleep(1_500);
      expect(await log(witness, session)).toEqual(told);
      expect(JSON.stringify(told.filter((event) => event.type === 'agent.message'))).not.toContain(holder.name);
      // It is a server like the others again: it reads what they wrote, and takes work.
      expect(await log(holder, session)).toEqual(told);
      await say(holder, session, 'again');
      await soon(
        async () => (await log(witness, session)).filter((event) => event.type === 'session.status_idle').length === 2,
      );
      expect((await nodes.effects()).length).toBe(before + 1);
      await expectWhole(session);
    },
    LIMIT_MS,
  );

  test(
    'a server that is asked to stop hands its sessions over',
    async () => {
      const session = await newSession(someone());
      await say(someone(), session, WITH_EFFECT);
      const holder = await soon(() => nodes.holder(session));
      const witness = someone(holder);
      holder.signal('SIGTERM');
      await soon(() => isIdle(witness, session));
      await holder.ended;
      expect((await log(witness, session)).filter((event) => event.type === 'agent.message')).toHaveLength(1);
      await expectWhole(session);
    },
    LIMIT_MS,
  );
});

const noClock = missing ?? missingFakeClock();
describe.skipIf(noClock !== null)(`clocks that are wrong${noClock === null ? '' : ` (${noClock})`}`, () => {
  test(
    'a server an hour ahead and one an hour behind: neither takes what the other holds, and all times are those of the database',
    async () => {
      const began = Date.now();
      const wrong = await startCoreNodes(server.url, 2, LEASE_MS, [3_600, -3_600]);
      try {
        const [ahead, behind] = wrong.alive();
        if (ahead === undefined || behind === undefined) throw new Error('a server is missing');
        const told = [ahead, behind, ahead, behind].map(async (node) => {
          const session = await newSession(node);
          await say(node, session, WITH_EFFECT);
          await soon(() => isIdle(ahead, session));
          return await log(behind, session);
        });
        for (const events of await Promise.all(told)) {
          expect(events.filter((event) => event.type === 'agent.message')).toHaveLength(1);
          expect(events.find((event) => event.type === 'agent.tool_result')).toMatchObject({ is_error: false });
          for (const { processed_at } of events) {
            const at = Date.parse(processed_at ?? '');
            expect(at).toBeGreaterThan(began - 5_000);
            expect(at).toBeLessThan(Date.now() + 5_000);
          }
        }
        expect(await wrong.effects()).toHaveLength(4);
      } finally {
        await wrong.close();
      }
    },
    LIMIT_MS,
  );
});
