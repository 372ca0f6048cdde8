/**
 * Branch and pull request, in one transaction of refs: `refs/heads/<branch>` and `refs/pull/<n>/head` appear together or
 * not at all, and only while the base is still the commit the diff was made against. The commit's message is the pull
 * request's title and body. Every step looks first, so a second run after a crash finds what the first one did.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { PullRequestPlan } from '../../sre/action.ts';
import { refusedMode, refusedPath } from '../../sre/ports/change-limits.ts';
import type { Opened } from '../../sre/ports/forge.ts';
import type { Bench } from './prepare.ts';
import { resolveCommit } from './repository.ts';
import { git, gitLine, mustGit } from './run.ts';
import { changedBetween } from './tree.ts';

type Refusal = Extract<Opened, { ok: false }>;
const ATTEMPTS = 5;

export async function openPlan(bench: Bench, plan: PullRequestPlan, at: string): Promise<Opened> {
  const unfit = await unfitPlan(bench, plan);
  if (unfit !== null) return unfit;
  const wanted = await commitOf(bench, plan, at);
  if (!wanted.ok) return wanted;

  let trouble = '';
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const seen = await look(bench, plan, wanted.commit);
    if (seen.is === 'settled') return seen.opened;
    const written = await git(['update-ref', '--stdin'], { ...bench, stdin: `${seen.steps.join('\n')}\n` });
    if (written.ok) return opened(bench, plan, seen.number, seen.already);
    if (written.why !== 'exit') return { ok: false, why: 'unreachable', detail: `git update-ref: ${written.why}` };
    // Somebody else wrote at the same moment, or holds a lock: look again.
    trouble = written.stderr.trim();
    await sleep(50 * attempt);
  }
  return { ok: false, why: 'unreachable', detail: `the repository's refs cannot be written: ${trouble}` };
}

type Seen = { is: 'settled'; opened: Opened } | { is: 'open'; steps: string[]; number: number; already: boolean };

/** What there is by now, and the ref transaction that makes the rest. */
async function look(bench: Bench, plan: PullRequestPlan, commit: string): Promise<Seen> {
  const standing = await resolveCommit(bench, `refs/heads/${plan.branch}`);
  const pulls = await listPulls(bench);
  const next = Math.max(0, ...pulls.map((pull) => pull.number)) + 1;
  if (standing !== null) {
    if (!(await isSame(bench, standing, commit))) {
      return { is: 'settled', opened: rejected(`branch ${plan.branch} already exists with other content`) };
    }
    const pull = pulls.find((one) => one.commit === standing);
    if (pull !== undefined) return { is: 'settled', opened: opened(bench, plan, pull.number, true) };
    return { is: 'open', steps: [`create refs/pull/${next}/head ${standing}`], number: next, already: true };
  }
  const moved = await baseMoved(bench, plan);
  if (moved !== null) return { is: 'settled', opened: moved };
  const steps = [
    `verify refs/heads/${plan.base} ${plan.baseSha}`,
    `create refs/heads/${plan.branch} ${commit}`,
    `create refs/pull/${next}/head ${commit}`,
  ];
  return { is: 'open', steps, number: next, already: false };
}

async function unfitPlan(bench: Bench, plan: PullRequestPlan): Promise<Refusal | null> {
  for (const branch of [plan.branch, plan.base]) {
    const named = await git(['check-ref-format', `refs/heads/${branch}`], bench);
    if (!named.ok || branch.startsWith('-')) return rejected(`${JSON.stringify(branch)} is not a branch name`);
  }
  if (!/^[0-9a-f]{40,64}$/.test(plan.baseSha)) return rejected('the base commit is not a full commit id');
  if (plan.branch === plan.base) return rejected('the branch is the base branch itself');
  for (const file of plan.files) {
    const why = refusedPath(file.path) ?? refusedMode(file.mode);
    if (why !== null) return rejected(`${JSON.stringify(file.path)} ${why}`);
  }
  const known = await resolveCommit(bench, plan.baseSha);
  return known === null ? rejected(`base commit ${plan.baseSha} is not in the repository`) : null;
}

async function baseMoved(bench: Bench, plan: PullRequestPlan): Promise<Refusal | null> {
  const head = await resolveCommit(bench, `refs/heads/${plan.base}`);
  if (head === plan.baseSha) return null;
  return { ok: false, why: 'base_moved', detail: `${plan.base} is at ${head ?? 'nothing'}, not at ${plan.baseSha}` };
}

/** Rebuilds the tree from the plan's files and refuses it unless it is exactly the diff that was approved. */
async function commitOf(
  bench: Bench,
  plan: PullRequestPlan,
  at: string,
): Promise<{ ok: true; commit: string } | Refusal> {
  await mustGit(['read-tree', plan.baseSha], bench);
  const entries: string[] = [];
  for (const file of plan.files) {
    const blob =
      file.content === null
        ? '0'.repeat(plan.baseSha.length)
        : await gitLine(['hash-object', '-w', '--stdin'], { ...bench, stdin: file.content });
    entries.push(`${file.content === null ? '0' : file.mode} ${blob}\t${file.path}\0`);
  }
  await mustGit(['update-index', '-z', '--index-info'], { ...bench, stdin: entries.join('') });
  const tree = await gitLine(['write-tree'], bench);
  const changed = await changedBetween(bench, plan.baseSha, tree);
  if (!changed.ok || changed.diff !== plan.diff) return rejected('the files of the plan do not give its diff');
  const message = plan.body === '' ? `${plan.title}\n` : `${plan.title}\n\n${plan.body}\n`;
  const args = ['commit-tree', tree, '-p', plan.baseSha, '-F', '-'];
  return { ok: true, commit: await gitLine(args, { ...bench, stdin: message, date: at }) };
}

/** The same change, perhaps committed at another moment: equal tree and equal parent. */
async function isSame(bench: Bench, standing: string, wanted: string): Promise<boolean> {
  const shape = (commit: string) => gitLine(['show', '--no-patch', '--format=%T %P', commit], bench);
  return (await shape(standing)) === (await shape(wanted));
}

async function listPulls(bench: Bench): Promise<{ number: number; commit: string }[]> {
  const listed = await gitLine(['for-each-ref', '--format=%(objectname) %(refname)', 'refs/pull/'], bench);
  return listed.split('\n').flatMap((line) => {
    const [, commit, digits] = /^(\S+) refs\/pull\/(\d+)\/head$/.exec(line) ?? [];
    return commit === undefined ? [] : [{ number: Number(digits), commit }];
  });
}

function opened(bench: Bench, plan: PullRequestPlan, number: number, already: boolean): Opened {
  return { ok: true, url: `file://${bench.repository}#${plan.branch}`, number, branch: plan.branch, already };
}

function rejected(detail: string): Refusal {
  return { ok: false, why: 'rejected', detail };
}
