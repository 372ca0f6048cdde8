/** A self-hosted environment with its key, and what a worker of it calls with. */
import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import type Anthropic from '@anthropic-ai/sdk';
import type { Script } from '../../src/core/adapters/scripted/index.ts';
import { type AgentParams, type Session, says, type Wire } from './arms.ts';

export type Work = Anthropic.Beta.Environments.BetaSelfHostedWork;

export interface SelfHosted {
  environment: string;
  key: string;
  keyId: string;
  /** The client of a worker: it holds the key of the environment and nothing else. */
  worker: Anthropic;
  /** A session that has been told something, or nothing yet. */
  session(script: Script, message?: string | null, agent?: AgentParams): Promise<Session>;
}

interface MadeKey {
  id: string;
  key: string;
}

let count = 0;

export async function selfHosted({ client, model }: Pick<Wire, 'client' | 'model'>): Promise<SelfHosted> {
  count += 1;
  const environment = await client.beta.environments.create({
    name: `own-${count}`,
    config: { type: 'self_hosted' },
  });
  const made = await client.post<MadeKey>(`/v1/admin/environments/${environment.id}/keys`, { body: { name: 'ours' } });
  return {
    environment: environment.id,
    key: made.key,
    keyId: made.id,
    worker: client.withOptions({ apiKey: made.key }),
    async session(script, message = 'go', agent = {}) {
      const tools = [{ type: 'agent_toolset_20260401' as const }];
      const defined = await client.beta.agents.create({ name: 'worker', model: model(script), tools, ...agent });
      return await client.beta.sessions.create({
        agent: defined.id,
        environment_id: environment.id,
        ...(message === null ? {} : { initial_events: [{ ...says(message), type: 'user.message' }] }),
      });
    },
  };
}

/** The token in an item that was polled. */
export function tokenOf(work: Work | null): string {
  const text = Buffer.from(work?.secret ?? '', 'base64url').toString('utf8');
  const read: unknown = JSON.parse(text);
  if (typeof read === 'object' && read !== null && 'sessions_token' in read) return String(read.sessions_token);
  throw new Error('the item carries no token');
}

/** The same client, and the methods and paths of what it asks for from now on. */
export function recorded(client: Anthropic): { client: Anthropic; seen: string[] } {
  const seen: string[] = [];
  const recording = client.withOptions({
    logLevel: 'off',
    middleware: [
      async (request, next) => {
        seen.push(`${request.method} ${new URL(request.url).pathname}`);
        return await next(request);
      },
    ],
  });
  return { client: recording, seen };
}

/** Workers unpack skills with it. */
export const hasUnzip = spawnSync('unzip', ['-v']).status === 0;
if (!hasUnzip) console.warn('SKIPPED: skills in a worker (unzip is not installed)');

/** Workers lay memories down where the session says that they are. */
export const hasMount = isWritable('/mnt');
if (!hasMount) console.warn('SKIPPED: memories in a worker (/mnt cannot be written)');

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
