/** A whole Vigil over a world, on a free port and a fresh data directory, spoken to over real HTTP. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Config, loadConfig } from '../../src/config.ts';
import { type Parts, startVigil, type Vigil } from '../../src/main.ts';
import type { Action } from '../../src/sre/action.ts';
import type { Evidence } from '../../src/sre/evidence.ts';
import type { Incident, TimelineEntry } from '../../src/sre/incident.ts';

export interface Story {
  incident: Incident;
  actions: Action[];
  evidence: Omit<Evidence, 'content'>[];
  timeline: TimelineEntry[];
}
export interface RunningVigil {
  vigil: Vigil;
  dataDir: string;
  call<Body>(path: string, init?: RequestInit): Promise<Body>;
  hook(body: string | Uint8Array, token?: string): Promise<Response>;
  incidents(): Promise<Incident[]>;
  story(id: string): Promise<Story>;
  /** Polls until `ready`; throws with the timeline after `seconds`. */
  until(id: string, ready: (story: Story) => boolean, seconds?: number): Promise<Story>;
  decide(
    action: Action,
    verdict: 'approve' | 'reject',
    reason?: string,
  ): Promise<{ ruling: { allowed: boolean; why?: string } }>;
  /** Stops it and starts it again on the same data. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export const worldDir = (name: string) => new URL(`../../fixtures/${name}`, import.meta.url).pathname;

export async function runVigil(
  over: Partial<Config> & { worldName?: string } = {},
  parts: Partial<Parts> = {},
): Promise<RunningVigil> {
  const dataDir = over.dataDir ?? (await mkdtemp(join(tmpdir(), 'vigil-story-')));
  const { worldName, ...rest } = over;
  const config: Config = {
    ...loadConfig({}, { data: dataDir, port: 0, ...(worldName === undefined ? {} : { world: worldDir(worldName) }) }),
    ...rest,
  };
  let vigil = await startVigil(config, parts);

  async function call<Body>(path: string, init: RequestInit = {}): Promise<Body> {
    const headers = { authorization: `Bearer ${vigil.apiKey}`, 'content-type': 'application/json', ...init.headers };
    const response = await fetch(`${vigil.url}${path}`, { ...init, headers });
    const body = await response.json();
    if (!response.ok) throw new Error(`${path}: ${response.status} ${JSON.stringify(body)}`);
    return asBody<Body>(body);
  }
  const story = (id: string) => call<Story>(`/api/incidents/${id}`);

  return {
    get vigil() {
      return vigil;
    },
    dataDir,
    call,
    story,
    hook: (body, token = vigil.hookToken) =>
      fetch(`${vigil.url}/hooks/alertmanager`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: Buffer.from(body),
      }),
    incidents: async () => (await call<{ data: Incident[] }>('/api/incidents')).data,
    async until(id, ready, seconds = 30) {
      const end = Date.now() + seconds * 1000;
      for (;;) {
        const now = await story(id);
        if (ready(now)) return now;
        if (Date.now() > end)
          throw new Error(`not within ${seconds} s: ${JSON.stringify(now.incident.state)}\n${lines(now)}`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
    decide: (action, verdict, reason = '') =>
      call(`/api/actions/${action.id}/decision`, {
        method: 'POST',
        body: JSON.stringify({ verdict, digest: action.digest, reason, name: 'ann' }),
      }),
    async restart() {
      await vigil.close();
      vigil = await startVigil(config, parts);
    },
    async close() {
      await vigil.close();
      if (over.dataDir === undefined) await rm(dataDir, { recursive: true, force: true });
    },
  };
}

export const alertOf = (world: string) => readFile(join(worldDir(world), 'alert.json'));

export function lines({ timeline }: Story): string {
  return timeline.map(({ seq, kind, text }) => `${seq} ${kind} ${text.slice(0, 300)}`).join('\n');
}

/** The test says what it expects of the body, and finds out when it reads it. */
function asBody<Body>(value: unknown): Body {
  return value as Body;
}
