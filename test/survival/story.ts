/**
 * One incident from the alert to the pull request, with a server that dies on the way and is started again on the same
 * data. Slack, the sender of alerts and the person who approves live outside and carry on.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Action } from '../../src/sre/action.ts';
import type { Incident } from '../../src/sre/incident.ts';
import { MODEL } from '../kit/crashing-model.ts';
import type { Death, Recorded } from '../kit/crashing-parts.ts';
import { crashingProxy, inTurn, type RequestDeath } from '../kit/crashing-proxy.ts';
import type { Order } from '../kit/crashing-server.ts';
import { FakeGithub, TOKEN } from '../kit/fake-github.ts';
import { BOT, FakeSlack } from '../kit/fake-slack.ts';
import { freePort } from '../kit/free-port.ts';
import type { Story as Told } from '../kit/running-vigil.ts';

const kit = new URL('../kit/', import.meta.url).pathname;
const KEY = 'vk-survival';
const HOOK = 'vh-survival';

export interface Plan {
  world: string;
  /** Deaths of the process, one for each life; afterwards it lives. */
  deaths: readonly Death[];
  /** Deaths at requests that reach Slack or GitHub, each of a life of its own. */
  outside?: readonly RequestDeath[];
  /** A bare repository to stand behind GitHub; without one the server's own forge is used. */
  github?: string;
  model?: string;
  seconds?: number;
}
export interface Outcome {
  slack: FakeSlack;
  github: FakeGithub | null;
  dataDir: string;
  told: Told;
  incidents: Incident[];
  record: Recorded[];
  /** How many times the process was killed. */
  killed: number;
  /** Clicks that Slack heard an acknowledgement for. */
  clicks: number;
  remove(): Promise<void>;
}

interface Life {
  process: ChildProcess;
  ended: Promise<unknown>;
  stderr(): string;
}

export async function story(plan: Plan): Promise<Outcome> {
  const home = await mkdtemp(join(tmpdir(), 'vigil-survival-'));
  const dataDir = join(home, 'data');
  const recordFile = join(home, 'record.jsonl');
  await mkdir(dataDir);
  const slack = await new FakeSlack().start();
  const github = plan.github === undefined ? null : await new FakeGithub(plan.github).start();
  const kill = () => life.process.kill('SIGKILL');
  const outside = inTurn(plan.outside ?? []);
  const toSlack = await crashingProxy(`http://127.0.0.1:${slack.port}`, outside, kill);
  const toGithub = github === null ? null : await crashingProxy(github.url, outside, kill);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  slack.requestUrl = `${url}/hooks/slack`;
  const stop = new AbortController();
  const env = {
    PATH: process.env.PATH ?? '',
    VIGIL_DATA: dataDir,
    VIGIL_PORT: String(port),
    VIGIL_API_KEY: KEY,
    VIGIL_HOOK_TOKEN: HOOK,
    VIGIL_WORLD: plan.world,
    VIGIL_MODEL: plan.model ?? MODEL,
    SLACK_BOT_TOKEN: BOT.token,
    SLACK_SIGNING_SECRET: slack.signingSecret,
    SLACK_CHANNEL: slack.channel,
    SLACK_API_URL: `${toSlack.url}/api/`,
    ...(toGithub === null ? {} : { GITHUB_TOKEN: TOKEN, GITHUB_REPOSITORY: 'acme/shop', GITHUB_API_URL: toGithub.url }),
  };
  const planned = plan.deaths.length + (plan.outside?.length ?? 0);
  let killed = 0;
  let life: Life = start(env, { death: plan.deaths[0] ?? null, recordFile });
  const lives = keepAlive();

  /** The init system: what was killed is started again. */
  async function keepAlive(): Promise<void> {
    for (let lives = 1; lives <= planned + 1; lives++) {
      await life.ended;
      if (stop.signal.aborted) return;
      if (life.process.signalCode !== 'SIGKILL') throw new Error(`the server ended by itself: ${life.stderr()}`);
      killed += 1;
      life = start(env, { death: plan.deaths[lives] ?? null, recordFile });
    }
    throw new Error('the server was killed more often than planned');
  }

  try {
    const seconds = plan.seconds ?? 100;
    const limit = AbortSignal.timeout(seconds * 1000);
    const told = Promise.all([send(url, await readFile(join(plan.world, 'alert.json')), limit), follow()]);
    const [, [last, clicks]] = await Promise.race([told, lives.then(() => told)]);
    const { data: incidents } = await get<{ data: Incident[] }>(url, '/api/incidents');
    const record = await readRecord(recordFile);
    return {
      slack,
      github,
      dataDir,
      told: last,
      incidents,
      record,
      killed,
      clicks,
      remove: () => rm(home, { recursive: true }),
    };

    async function follow(): Promise<[Told, number]> {
      let clicks = 0;
      let waited = 0;
      for (;;) {
        const asked = performance.now();
        const now = await look(url);
        const open = now?.actions.find(({ state }) => state.is === 'proposed');
        if (now !== null && killed === planned && isOver(now, slack) && (await rests(url, now))) return [now, clicks];
        // Pressed once; pressed again only when nothing comes of it.
        if (open !== undefined && waited-- <= 0 && (await approve(slack, open))) {
          clicks += 1;
          waited = 20;
        }
        if (limit.aborted) throw new Error(`not over in ${seconds} s\n${summary(now, slack)}\n${life.stderr()}`);
        // A long story is read less often: who looks must not be what keeps the server busy.
        await sleep(Math.max(100, 5 * (performance.now() - asked)));
      }
    }
  } finally {
    stop.abort();
    life.process.kill('SIGKILL');
    await Promise.allSettled([lives, life.ended]);
    await Promise.all([slack.stop(), github?.stop(), toSlack.close(), toGithub?.close()]);
  }
}

function start(env: Record<string, string>, order: Order): Life {
  const args = ['--import', join(kit, 'crashing-loader.mjs'), join(kit, 'crashing-server.ts'), JSON.stringify(order)];
  const child = spawn(process.execPath, args, { env, stdio: ['pipe', 'ignore', 'pipe'] });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr = `${stderr}${text}`.slice(-20_000);
  });
  return { process: child, ended: once(child, 'exit'), stderr: () => stderr };
}

/** As Alertmanager does: anything but a 2xx is tried again. */
async function send(url: string, body: Buffer, limit: AbortSignal): Promise<void> {
  const headers = { authorization: `Bearer ${HOOK}`, 'content-type': 'application/json' };
  while (!limit.aborted) {
    const response = await fetch(`${url}/hooks/alertmanager`, { method: 'POST', headers, body }).catch(() => null);
    await response?.arrayBuffer().catch(() => null);
    if (response?.ok) return;
    await sleep(50);
  }
}

/** True when Slack heard that the click was taken. */
async function approve(slack: FakeSlack, action: Action): Promise<boolean> {
  const message = slack.messages.find(({ metadata }) => metadata?.event_payload.key === `approval:${action.id}`);
  const button = Object.keys(slack.buttons(message?.ts ?? '')).find((id) => /approve/i.test(id));
  if (message === undefined || button === undefined) return false;
  const answer = await slack.click(message.ts, button).catch(() => null);
  return answer?.status === 200;
}

async function look(url: string): Promise<Told | null> {
  try {
    const { data } = await get<{ data: Incident[] }>(url, '/api/incidents');
    return data[0] === undefined ? null : await get<Told>(url, `/api/incidents/${data[0].id}`);
  } catch {
    return null;
  }
}

/** The session has nothing left to do. */
async function rests(url: string, { incident }: Told): Promise<boolean> {
  const session = get<{ status: string }>(url, `/v1/sessions/${incident.sessionId}`);
  return (await session.catch(() => null))?.status === 'idle';
}

async function get<Body>(url: string, path: string): Promise<Body> {
  const response = await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${KEY}`, 'x-api-key': KEY } });
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return asBody<Body>(await response.json());
}

/** The server's word for it. */
function asBody<Body>(value: unknown): Body {
  return value as Body;
}

/** The session has heard of the change, the room too, and somebody has begun to watch what it does. */
function isOver({ incident, actions, timeline }: Told, slack: FakeSlack): boolean {
  const done = actions.some(({ state }) => state.is === 'done') && incident.state.is === 'monitoring';
  const last = timeline.findLast(({ kind }) => kind === 'hypothesis' || kind === 'act');
  return (
    done &&
    last?.kind === 'hypothesis' &&
    timeline.some(({ kind }) => kind === 'effect') &&
    slack.messages.some(({ metadata }) => metadata?.event_payload.kind === 'decided')
  );
}

function summary(now: Told | null, slack: FakeSlack): string {
  const lines = now?.timeline.map(({ seq, kind, text }) => `${seq} ${kind} ${text}`) ?? ['no incident'];
  const said = slack.messages.map(({ metadata }) => JSON.stringify(metadata?.event_payload.key));
  return [JSON.stringify(now?.incident.state), ...lines, ...said].join('\n');
}

async function readRecord(file: string): Promise<Recorded[]> {
  const text = await readFile(file, 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line): Recorded => JSON.parse(line));
}
