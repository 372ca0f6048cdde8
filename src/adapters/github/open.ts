/**
 * Branch, commit, draft pull request. Each step looks first and never repeats a write whose answer was lost, so a second
 * run goes on where the first one stopped: the branch's name is the key of it all.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { PullRequestPlan } from '../../sre/action.ts';
import { refusedMode, refusedPath } from '../../sre/ports/change-limits.ts';
import type { Opened } from '../../sre/ports/forge.ts';
import { type FileChange, renderDiff } from './file-change.ts';
import { type Hub, once, orNull, readTrouble, where } from './hub.ts';
import { ensurePull } from './pull.ts';
import { blobId, trees } from './trees.ts';

type Refusal = Extract<Opened, { ok: false }>;
/** Branch, commit, and one look that finds both; the rest is for lost answers. */
const TRIES = 6;

export async function openPlan(hub: Hub, plan: PullRequestPlan): Promise<Opened> {
  const unfit = unfitPlan(plan) ?? (await otherDiff(hub, plan));
  if (unfit !== null) return unfit;
  const committed = await ensureCommit(hub, plan);
  if (!committed.ok) return committed;
  return ensurePull(hub, plan, committed.already);
}

function unfitPlan(plan: PullRequestPlan): Refusal | null {
  // No other branch is ever written: not the base, not anybody's own.
  if (!/^vigil\/[\w.-]+(\/[\w.-]+)*$/.test(plan.branch) || plan.branch.includes('..')) {
    return rejected(`${JSON.stringify(plan.branch)} is not a branch that Vigil may write; those begin with vigil/`);
  }
  if (!/^[0-9a-f]{40,64}$/.test(plan.baseSha)) return rejected('the base commit is not a full commit id');
  for (const { path, mode } of plan.files) {
    const why = refusedPath(path) ?? refusedMode(mode) ?? (mode === '100755' ? 'is executable' : null);
    if (why !== null) return rejected(`${JSON.stringify(path)} ${why}`);
  }
  return null;
}

/** The files must give exactly the diff that was approved. */
async function otherDiff(hub: Hub, plan: PullRequestPlan): Promise<Refusal | null> {
  const files = trees(hub);
  const changes: FileChange[] = [];
  for (const { path, content, mode } of plan.files) {
    const before = await files.read(plan.baseSha, path);
    if (!before.ok) return rejected(before.detail);
    changes.push({ path, before: before.file, after: content === null ? null : { content, mode } });
  }
  return renderDiff(changes) === plan.diff ? null : rejected('the files of the plan do not give its diff');
}

async function ensureCommit(hub: Hub, plan: PullRequestPlan): Promise<{ ok: true; already: boolean } | Refusal> {
  let trouble: unknown = new Error('the branch could not be written');
  for (let tried = 1; tried <= TRIES && !hub.signal.aborted; tried++) {
    const head = await headOf(hub, plan.branch);
    const settled = await settle(hub, plan, head, tried === 1);
    if (settled !== null) return settled;
    const lost = await writeNext(hub, plan, head).catch((error: unknown) => ({ error }));
    if (lost === null) continue;
    if (!worthAnotherLook(lost.error)) return asRefusal(lost.error);
    trouble = lost.error;
    await sleep(100 * tried);
  }
  return asRefusal(trouble);
}

/** What needs no writing any more, or may not be written; null when the next step is due. */
async function settle(
  hub: Hub,
  plan: PullRequestPlan,
  head: string | null,
  first: boolean,
): Promise<{ ok: true; already: boolean } | Refusal | null> {
  if (head === null) return baseMoved(hub, plan);
  if (head === plan.baseSha) return null;
  if (await holdsPlan(hub, plan, head)) return { ok: true, already: first };
  return rejected(`branch ${plan.branch} already exists with other content`);
}

/** The branch first, at the base; then the commit on it. */
async function writeNext(hub: Hub, plan: PullRequestPlan, head: string | null): Promise<null> {
  await (head === null ? createBranch(hub, plan) : createCommit(hub, plan));
  return null;
}

/** Somebody was faster, or the answer was lost. Anything else GitHub means. */
function worthAnotherLook(error: unknown): boolean {
  const { status, words, unknown } = readTrouble(error);
  return (
    unknown ||
    (status === 422 && /already exists/i.test(words)) ||
    /expected branch to point to|STALE_DATA/i.test(words)
  );
}

async function headOf(hub: Hub, branch: string): Promise<string | null> {
  const found = await orNull(hub.octokit.rest.git.getRef({ ...where(hub), ref: `heads/${branch}` }));
  return found?.data.object.sha ?? null;
}

async function baseMoved(hub: Hub, plan: PullRequestPlan): Promise<Refusal | null> {
  const head = await headOf(hub, plan.base);
  if (head === plan.baseSha) return null;
  return { ok: false, why: 'base_moved', detail: `${plan.base} is at ${head ?? 'nothing'}, not at ${plan.baseSha}` };
}

async function createBranch(hub: Hub, plan: PullRequestPlan): Promise<void> {
  await hub.octokit.rest.git.createRef({ ...once(hub), ref: `refs/heads/${plan.branch}`, sha: plan.baseSha });
}

const COMMIT = `mutation($input: CreateCommitOnBranchInput!) {
  createCommitOnBranch(input: $input) { commit { oid } }
}`;

/** Through GraphQL: GitHub signs the commit, and refuses it when the branch is not where it is expected. */
async function createCommit(hub: Hub, plan: PullRequestPlan): Promise<void> {
  const kept = plan.files.flatMap(({ path, content }) => (content === null ? [] : [{ path, content }]));
  await hub.octokit.graphql(COMMIT, {
    request: { signal: hub.signal, retries: 0 },
    input: {
      branch: { repositoryNameWithOwner: `${hub.owner}/${hub.repo}`, branchName: plan.branch },
      expectedHeadOid: plan.baseSha,
      message: { headline: plan.title.replaceAll(/\s+/g, ' ').slice(0, 200), body: plan.body },
      fileChanges: {
        additions: kept.map(({ path, content }) => ({ path, contents: Buffer.from(content).toString('base64') })),
        deletions: plan.files.filter(({ content }) => content === null).map(({ path }) => ({ path })),
      },
    },
  });
}

/** One commit on top of the base, changing the plan's files to the plan's content and nothing else. */
async function holdsPlan(hub: Hub, plan: PullRequestPlan, head: string): Promise<boolean> {
  const { data } = await hub.octokit.rest.repos.compareCommitsWithBasehead({
    ...where(hub),
    basehead: `${plan.baseSha}...${head}`,
    per_page: 100,
  });
  if (data.ahead_by !== 1 || data.behind_by !== 0) return false;
  const touched = new Set(
    (data.files ?? []).flatMap((file) => [file.filename, ...(file.previous_filename ? [file.previous_filename] : [])]),
  );
  if (touched.size !== plan.files.length) return false;
  const files = trees(hub);
  const found = await Promise.all(
    plan.files.map(async ({ path, content }) => {
      const entry = await files.entry(head, path);
      return touched.has(path) && (content === null ? entry === null : entry?.sha === blobId(content));
    }),
  );
  return found.every(Boolean);
}

export function asRefusal(error: unknown): Refusal {
  const { status, detail, unknown } = readTrouble(error);
  const temporary = unknown || status === 429 || status === 401 || /rate limit/.test(detail);
  return temporary ? { ok: false, why: 'unreachable', detail } : rejected(detail);
}

function rejected(detail: string): Refusal {
  return { ok: false, why: 'rejected', detail };
}
