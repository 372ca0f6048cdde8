/** Work for servers that die: sessions, each with messages that ask for a command that must not be carried out twice. */
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type Anthropic from '@anthropic-ai/sdk';

export interface Work {
  /** Sessions whose making was acknowledged, with the input that was, in order. */
  accepted: ReadonlyMap<string, readonly string[]>;
  /** Makes sessions and sends messages until the signal; what fails meanwhile is not sent again. */
  send(clients: () => readonly Anthropic[], signal: AbortSignal): Promise<void>;
  /** Takes a session out: nothing more is sent to it. */
  retire(session: string): void;
  /** Waits until nothing is left to do anywhere. Throws when that takes longer than `seconds`. */
  settle(client: Anthropic, seconds: number): Promise<void>;
  /** How many times each command was carried out. */
  effects(): Promise<Map<string, number>>;
}

/** Sessions that get messages at one time; older ones rest. */
const POOL = 10;
const EVERY_MS = 12;
const MESSAGES_MAX = 15;

export function newWork(effectsFile: string): Work {
  const accepted = new Map<string, string[]>();
  const pool: string[] = [];
  let agent: { agent: string; environment_id: string } | null = null;
  let tokens = 0;

  async function effects(): Promise<Map<string, number>> {
    const counts = new Map<string, number>();
    const text = await readFile(effectsFile, 'utf8').catch(() => '');
    for (const line of text.split('\n')) if (line !== '') counts.set(line, (counts.get(line) ?? 0) + 1);
    return counts;
  }
  async function workplace({ beta }: Anthropic): Promise<{ agent: string; environment_id: string }> {
    const tools = [
      {
        type: 'agent_toolset_20260401' as const,
        default_config: { enabled: true, permission_policy: { type: 'always_allow' as const } },
      },
    ];
    const made = await beta.agents.create({ name: 'mortal', model: 'scripted-mortal', tools });
    return { agent: made.id, environment_id: (await beta.environments.create({ name: `e${Date.now()}` })).id };
  }
  async function sendOne(client: Anthropic): Promise<void> {
    agent ??= await workplace(client);
    if (pool.length < POOL) {
      const { id } = await client.beta.sessions.create(agent);
      accepted.set(id, []);
      pool.push(id);
    }
    const session = pool[tokens % pool.length];
    if (session === undefined) return;
    tokens += 1;
    const text = `please mark-${session.slice(-6)}${tokens}`.replaceAll(/-(?=\W)/g, '');
    const { data } = await client.beta.sessions.events.send(session, {
      events: [{ type: 'user.message', content: [{ type: 'text', text }] }],
    });
    const ids = accepted.get(session) ?? [];
    ids.push(...(data ?? []).map((event) => String(event.id)));
    if (ids.length >= MESSAGES_MAX) retire(session);
  }
  function retire(session: string): void {
    const at = pool.indexOf(session);
    if (at !== -1) pool.splice(at, 1);
  }
  return {
    accepted,
    retire,
    effects,
    async send(clients, signal) {
      while (!signal.aborted) {
        const all = clients();
        const client = all[tokens % Math.max(all.length, 1)];
        if (client !== undefined) await sendOne(client).catch(() => undefined);
        await sleep(EVERY_MS);
      }
    },
    async settle(client, seconds) {
      const open = new Set(accepted.keys());
      for (const end = Date.now() + seconds * 1_000; open.size > 0; await sleep(50)) {
        if (Date.now() > end) throw new Error(`${[...open].join(', ')} did not come to rest in ${seconds} s`);
        for (const session of [...open].slice(0, 20))
          if (await isAtRest(client, session)) open.delete(session);
          else break;
      }
    },
  };
}

/** Idle, and all its input taken up. */
async function isAtRest({ beta }: Anthropic, session: string): Promise<boolean> {
  const { data } = await beta.sessions.events.list(session, { order: 'desc', limit: 1 });
  const [last] = data;
  if (last === undefined) return true;
  return last.type === 'session.status_idle';
}
