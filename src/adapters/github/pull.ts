/** The draft pull request of a branch: looked for before it is made, and again whenever an answer was lost. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { PullRequestPlan } from '../../sre/action.ts';
import type { Opened } from '../../sre/ports/forge.ts';
import { type Hub, once, readTrouble, where } from './hub.ts';

const TRIES = 4;
const LABELS = ['vigil', 'incident'];

interface Pull {
  number: number;
  url: string;
}

export async function ensurePull(hub: Hub, plan: PullRequestPlan, committedBefore: boolean): Promise<Opened> {
  let trouble = '';
  for (let tried = 1; tried <= TRIES; tried++) {
    const pull = (await find(hub, plan)) ?? (await create(hub, plan));
    if (!('trouble' in pull)) {
      await label(hub, pull.number);
      return { ok: true, url: pull.url, number: pull.number, branch: plan.branch, already: committedBefore };
    }
    trouble = pull.trouble;
    if (pull.next === 'give_up') return { ok: false, why: 'rejected', detail: trouble };
    if (pull.next === 'later' || hub.signal.aborted) break;
    await sleep(100 * tried);
  }
  return { ok: false, why: 'unreachable', detail: trouble };
}

/** Of any state: one that people closed is not opened a second time. */
async function find(hub: Hub, plan: PullRequestPlan): Promise<Pull | null> {
  const head = `${hub.owner}:${plan.branch}`;
  const { data } = await hub.octokit.rest.pulls.list({ ...where(hub), head, state: 'all', per_page: 10 });
  const pull = data.find((one) => one.head.ref === plan.branch);
  return pull === undefined ? null : { number: pull.number, url: pull.html_url };
}

async function create(hub: Hub, plan: PullRequestPlan): Promise<Pull | Failed> {
  try {
    const { data } = await hub.octokit.rest.pulls.create({
      ...once(hub),
      draft: true,
      title: plan.title,
      body: bodyOf(plan),
      head: plan.branch,
      base: plan.base,
      maintainer_can_modify: true,
    });
    return { number: data.number, url: data.html_url };
  } catch (error) {
    return failed(error);
  }
}

/** `look`: it may be there by now. `later`: GitHub asks for patience. */
interface Failed {
  trouble: string;
  next: 'look' | 'later' | 'give_up';
}

function failed(error: unknown): Failed {
  const { status, words, detail, unknown } = readTrouble(error);
  if (unknown || (status === 422 && /already exists/i.test(words))) return { trouble: detail, next: 'look' };
  if (status === 401 || /rate limit/i.test(detail)) return { trouble: detail, next: 'later' };
  if (/draft pull requests are not supported/i.test(words)) {
    return { trouble: 'this repository has no draft pull requests, and Vigil opens no others', next: 'give_up' };
  }
  return { trouble: detail, next: 'give_up' };
}

/** What a machine looks for later; people do not see it. */
function bodyOf(plan: PullRequestPlan): string {
  return `${plan.body}\n\n<!-- vigil: branch=${plan.branch} base=${plan.baseSha} -->`;
}

/** A convenience: a repository without these labels, or a token that may not set them, stops nothing. */
async function label(hub: Hub, issue_number: number): Promise<void> {
  await hub.octokit.rest.issues.addLabels({ ...where(hub), issue_number, labels: LABELS }).catch(() => {});
}
