/** Deployments as GitHub keeps them: when each took effect is in its statuses. */
import { z } from 'zod';
import { fewAtATime } from '../../../lib/few-at-a-time.ts';
import { firstLine } from '../../../lib/one-line.ts';
import type { Change } from '../../../sre/change.ts';
import { orNull, where } from '../hub.ts';
import { type Brought, broughtAlone, broughtBetween } from './brought.ts';
import { headlines, readCommit } from './commits.ts';
import { type Listing, moment, person, type Repository, read } from './repository.ts';

const deployment = z.object({
  id: z.number(),
  sha: z.string(),
  ref: z.string(),
  environment: z.string(),
  production_environment: z.boolean().optional(),
  description: z.string().nullish(),
  payload: z.unknown(),
  creator: person,
  created_at: moment,
});
type Deployment = z.infer<typeof deployment>;
const status = z.object({ state: z.string(), created_at: moment, log_url: z.string().optional() });

const DAY = 86_400_000;
/** Who has recorded no deployment for so long does not record them. */
const HABIT = 90 * DAY;
/** One may wait for approval before it takes effect. */
const WAITS = DAY;
const PAGES = 4;
const MOST = 60;
/** Deployments that failed before one that did not. */
const MOST_TRIES = 8;

export async function listDeployments(
  repository: Repository,
  { from, to }: { from: number; to: number },
): Promise<Listing & { isKept: boolean }> {
  const { found, isAll, others } = await newest(repository, from - WAITS);
  const inTime = found.filter((one) => created(one) >= from - WAITS && created(one) <= to);
  const warnings =
    found.length === 0 && others > 0
      ? [
          `${repository.name} records ${others} deployments, none of them to production: name its environment with \`environment\``,
        ]
      : [];
  const isKept = found.some((one) => created(one) >= to - HABIT);
  if (inTime.length === 0) return { changes: [], truncated: !isAll, warnings, isKept };
  const limited = fewAtATime(4);
  const titles = await headlines(repository, from - 7 * DAY);
  const outcomes = await Promise.all(
    inTime.slice(0, MOST).map((one) => limited(async () => ({ one, outcome: await outcomeOf(repository, one) }))),
  );
  const waiting = outcomes.filter(({ outcome }) => outcome === null).length;
  if (waiting > 0) warnings.push(`${waiting} deployments of ${repository.name} wait or were never begun: not listed`);
  const changes = outcomes
    .flatMap(({ one, outcome }) => (outcome === null ? [] : [asChange(repository, one, outcome, titles.get(one.sha))]))
    .filter(({ time }) => Date.parse(time) >= from && Date.parse(time) <= to);
  return { changes, truncated: !isAll || inTime.length > MOST, warnings, isKept };
}

/** Since the last one that succeeded before it. Null when there is no such deployment. */
export async function broughtByDeployment(
  repository: Repository,
  id: number,
): Promise<(Brought & { change: Change }) | null> {
  const { hub } = repository;
  const found = await orNull(hub.octokit.rest.repos.getDeployment({ ...where(hub), deployment_id: id }));
  if (found === null) return null;
  const one = read('a deployment', deployment, found.data);
  const own = { ...repository, environment: one.environment };
  const outcome = (await outcomeOf(own, one)) ?? { at: created(one), failed: false, url: undefined };
  const commit = await readCommit(own, one.sha);
  const change = asChange(
    own,
    one,
    outcome,
    commit === null ? undefined : commit.change.title.replace(/^merged: /, ''),
  );
  const before = await lastGoodBefore(own, one);
  if (before !== null) return { ...(await broughtBetween(own, before, one.sha)), change };
  return { ...broughtAlone(commit, 'deployment'), change };
}

async function lastGoodBefore(repository: Repository, one: Deployment): Promise<string | null> {
  const { found } = await newest(repository, created(one) - HABIT);
  const earlier = found.filter(
    (other) => created(other) < created(one) && serviceOf(repository, other) === serviceOf(repository, one),
  );
  for (const other of earlier.slice(0, MOST_TRIES)) {
    const outcome = await outcomeOf(repository, other);
    if (outcome !== null && !outcome.failed) return other.sha;
  }
  return null;
}

/** Those to production, newest first, back to `since`; `others` went elsewhere. */
async function newest(
  { hub, environment }: Repository,
  since: number,
): Promise<{ found: Deployment[]; isAll: boolean; others: number }> {
  const found: Deployment[] = [];
  let others = 0;
  for (let page = 1; page <= PAGES; page++) {
    const { data } = await hub.octokit.rest.repos.listDeployments({
      ...where(hub),
      ...(environment === null ? {} : { environment }),
      ...{ per_page: 100, page },
    });
    const all = read('the list of deployments', z.array(deployment), data);
    const own = all.filter((one) => environment !== null || isProduction(one));
    others += all.length - own.length;
    found.push(...own);
    const last = all.at(-1);
    if (last === undefined || all.length < 100 || created(last) < since) return { found, isAll: true, others };
  }
  return { found, isAll: false, others };
}

function isProduction({ environment, production_environment }: Deployment): boolean {
  return production_environment === true || /(^|[^a-z])(prod|production|live)([^a-z]|$)/i.test(environment);
}

interface Outcome {
  at: number;
  failed: boolean;
  url: string | undefined;
}

/** Null while nothing has happened. Without any status somebody only noted that it was deployed. */
async function outcomeOf({ hub }: Repository, one: Deployment): Promise<Outcome | null> {
  const { data } = await hub.octokit.rest.repos.listDeploymentStatuses({
    ...where(hub),
    ...{ deployment_id: one.id, per_page: 100 },
  });
  const statuses = read('the statuses of a deployment', z.array(status), data)
    .map(({ state, created_at, log_url }) => ({ state, at: Date.parse(created_at), url: log_url || undefined }))
    .toSorted((a, b) => a.at - b.at);
  if (statuses.length === 0) return { at: created(one), failed: false, url: undefined };
  const url = statuses.find((each) => each.url !== undefined)?.url;
  const begun = statuses.find(({ state }) => state === 'in_progress' || state === 'success');
  const failure = statuses.find(({ state }) => state === 'failure' || state === 'error');
  const isGood = statuses.some(({ state }) => state === 'success');
  const first = begun ?? failure;
  return first === undefined ? null : { at: first.at, failed: failure !== undefined && !isGood, url };
}

function asChange(repository: Repository, one: Deployment, outcome: Outcome, headline: string | undefined): Change {
  const words = firstLine(one.description ?? '', 300) || (headline ?? '');
  const what = `deploy of ${one.ref === one.sha ? one.sha.slice(0, 12) : firstLine(one.ref, 80)} to ${firstLine(one.environment, 80)}`;
  return {
    id: `github:${repository.name}:deployment:${one.id}`,
    kind: 'deploy',
    service: serviceOf(repository, one),
    time: new Date(outcome.at).toISOString(),
    actor: one.creator?.login ?? '',
    title: `${what}${outcome.failed ? ' (failed)' : ''}${words === '' ? '' : `: ${words}`}`,
    ref: one.sha,
    hasDiff: true,
    ...(outcome.url === undefined ? {} : { url: outcome.url }),
  };
}

/** A repository of several services says in the payload which one it is. */
function serviceOf({ service }: Repository, { payload }: Deployment): string | null {
  const told = z.object({ service: z.string().min(1).max(200) }).safeParse(parsed(payload));
  return told.success ? firstLine(told.data.service, 200) : service;
}

function parsed(payload: unknown): unknown {
  if (typeof payload !== 'string') return payload;
  try {
    return JSON.parse(payload);
  } catch {
    return null;
  }
}

function created({ created_at }: Deployment): number {
  return Date.parse(created_at);
}
