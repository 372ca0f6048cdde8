/** A model that was turned against its user, in a whole Vigil over the smallest world: what it says is played in order. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../../src/config.ts';
import { type Script, scriptedModel } from '../../src/core/adapters/scripted/index.ts';
import type { ModelBlock, ModelRequest } from '../../src/core/ports/model.ts';
import type { Parts } from '../../src/main.ts';
import { type RunningVigil, runVigil, type Story } from '../kit/running-vigil.ts';
import { alertBody, writeTinyWorld } from '../survival/tiny-world.ts';

export const MODEL = 'scripted-hostile';
type ScriptedTurn = Extract<Script, readonly unknown[]>[number];
type Say = ScriptedTurn | ((request: ModelRequest) => ScriptedTurn);

export interface Attack {
  vigil: RunningVigil;
  /** Everything the model was sent. */
  requests: ModelRequest[];
  /** Opens an incident of its own, with these words in the alert, and answers its id. */
  alert(group?: string, summary?: string): Promise<string>;
  close(): Promise<void>;
}

/** One list of turns for each session, in the order the sessions begin; the last list serves the rest. */
export async function attack(
  sessions: readonly (readonly Say[])[],
  over: Partial<Config> = {},
  parts: Partial<Parts> = {},
): Promise<Attack> {
  const home = await mkdtemp(join(tmpdir(), 'vigil-hostile-'));
  await writeTinyWorld(join(home, 'world'));
  const requests: ModelRequest[] = [];
  const begun: string[] = [];
  const scripted = scriptedModel((request) => {
    requests.push(request);
    const first = JSON.stringify(request.messages[0]);
    if (!begun.includes(first)) begun.push(first);
    const script = sessions[Math.min(begun.indexOf(first), sessions.length - 1)] ?? [];
    const say = script[request.messages.filter(({ role }) => role === 'assistant').length];
    if (say === undefined) return { blocks: [{ text: 'Nothing more.' }] };
    return typeof say === 'function' ? say(request) : say;
  });
  // It plays by the number of its answers, which a summary of the conversation would start anew.
  const model = { ...scripted, contextTokens: Number.POSITIVE_INFINITY };
  const config = { model: MODEL, world: join(home, 'world'), dataDir: join(home, 'data'), ...over };
  const vigil = await runVigil(config, { ...parts, models: { [MODEL]: model } });
  return {
    vigil,
    requests,
    alert: (group = 'one', summary = 'checkout is slow') => openIncident(vigil, group, summary),
    async close() {
      await vigil.close();
      await rm(home, { recursive: true, force: true });
    },
  };
}

async function openIncident(vigil: RunningVigil, group: string, summary: string): Promise<string> {
  const known = new Set((await vigil.incidents()).map(({ id }) => id));
  const { alerts, ...body } = alertBody();
  const said = alerts.map((alert) => ({ ...alert, annotations: { summary } }));
  const response = await vigil.hook(JSON.stringify({ ...body, alerts: said, groupKey: group }));
  if (response.status !== 202) throw new Error(`the alert was not taken: ${response.status}`);
  for (let tries = 0; tries < 200; tries++) {
    const opened = (await vigil.incidents()).find(({ id }) => !known.has(id));
    if (opened !== undefined) return opened.id;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error('no incident was opened');
}

export const look: Say = {
  blocks: [
    { tool: 'list_metrics', input: { match: '' } },
    { tool: 'get_recent_changes', input: {} },
  ],
};
/** What stands in the evidence of `look`, so that nothing keeps it from being accepted. */
export function finding(over: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    outcome: 'root_cause_identified',
    summary: 'Checkout waits for connections since its pool became smaller.',
    cause: { service: 'checkout', change_id: 'deploy-pool', kind: 'deploy', mechanism: 'Too few connections.' },
    trigger: null,
    onset: null,
    confidence: 'medium',
    blast_radius: 'checkout',
    claims: [{ text: 'The change deploy-pool went to checkout.', evidence: ['E2'] }],
    ruled_out: [],
    suspects: [],
    proposed_actions: [],
    would_change_my_mind: 'A pool that is not used up.',
    could_not_access: [],
    ...over,
  };
}
export function pullRequest(over: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    title: 'Revert the smaller pool',
    why: 'Requests wait for a connection since the pool became smaller.',
    change: { revert: 'deploy-pool' },
    runbook: null,
    evidence: ['E2'],
    ...over,
  };
}
export const report: Say = { blocks: [{ tool: 'report_finding', input: finding() }] };
export const propose: Say = { blocks: [{ tool: 'open_pull_request', input: pullRequest() }] };

/** A unified diff that makes one new file. */
export function newFile(path: string, { mode = '100644', content = 'x' } = {}): string {
  const header = `diff --git a/${path} b/${path}\nnew file mode ${mode}\n--- /dev/null\n+++ b/${path}\n`;
  return `${header}@@ -0,0 +1 @@\n+${content}\n${mode === '120000' ? '\\ No newline at end of file\n' : ''}`;
}

/** The results the model was given for its last round of calls, as text. */
export function lastResults(request: ModelRequest | undefined): { text: string; isError: boolean }[] {
  return (request?.messages.at(-1)?.content ?? []).flatMap((block) =>
    block.type === 'tool_result' ? [{ text: textOf(block), isError: block.is_error }] : [],
  );
}

export function textOf(block: ModelBlock): string {
  if (block.type === 'text') return block.text;
  return block.type === 'tool_result' ? block.content.map(textOf).join('\n') : '';
}

/** Branches that Vigil made in the local repository: its only effect on the world. */
export function branches({ dataDir }: Pick<RunningVigil, 'dataDir'>): string[] {
  const forge = join(dataDir, 'forge', 'repository.git');
  if (!existsSync(forge)) return [];
  const format = '--format=%(refname)';
  const out = execFileSync('git', ['-C', forge, 'for-each-ref', format, 'refs/heads/vigil', 'refs/pull'], {
    encoding: 'utf8',
  });
  return out.split('\n').filter((line) => line !== '');
}

/** The investigation is over, or stopped, and no person is asked. */
export const atRest = ({ incident }: Story) => ['concluded', 'failed', 'monitoring'].includes(incident.state.is);
export const asksPerson = ({ incident }: Story) => incident.state.is === 'needs_approval';
