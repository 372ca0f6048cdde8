/**
 * Rollouts as a Kubernetes cluster itself keeps them: revisions of deployments, told apart by their pod templates. What the
 * API server is asked for is read only; secrets and config maps are not among it.
 */
import { readFile } from 'node:fs/promises';
import { type JsonServer, jsonServer } from '../../lib/fetch-json.ts';
import { NoAnswer } from '../../lib/no-answer.ts';
import { timeWindow } from '../../lib/time-window.ts';
import type { Answer } from '../../sre/ports/answer.ts';
import type { Changes } from '../../sre/ports/changes.ts';
import { orUnavailable } from '../../sre/ports/or-unavailable.ts';
import { noSuchChange, pickChanges } from '../../sre/ports/pick-changes.ts';
import { kubernetesApi } from './api.ts';
import { type History, historyOf, type Rollout } from './rollouts.ts';
import { templateDiff } from './template.ts';

export interface KubernetesOptions {
  /** Which one of several. */
  name?: string | null;
  /** Of the API server. */
  url: string;
  /** Of a service account; sent as bearer token. */
  token?: string | null;
  /** Read at each question, because it is renewed there; a token that is given wins. */
  tokenFile?: string | null;
  /** Default: all of the cluster, which needs a cluster role. */
  namespaces?: readonly string[];
  /** Labels of a deployment that name its service, best first; else its own name counts. */
  serviceLabels?: readonly string[];
  now?: () => Date;
  timeoutMs?: number;
}

const LABELS = ['app.kubernetes.io/name', 'app', 'k8s-app'];
const ID = /^kubernetes(?:\/([a-z0-9-]+))?:([a-z0-9.-]+)\/([a-z0-9.-]+):(\d+)$/;

export function kubernetesChanges(options: KubernetesOptions): Changes {
  const { name: own = null, namespaces = [], serviceLabels = LABELS, timeoutMs } = options;
  const { name: source } = jsonServer('kubernetes', { name: own, url: options.url });
  const named = { source: own === null ? 'kubernetes' : `kubernetes/${own}`, labels: serviceLabels };
  const api = kubernetesApi(() => connect(options), timeoutMs);
  const now = options.now ?? (() => new Date());

  async function histories(
    asked: readonly string[],
    signal: AbortSignal,
  ): Promise<{ histories: History[]; isAll: boolean }> {
    const places = asked.length === 0 ? [null] : asked;
    const read = await Promise.all(
      places.map(async (namespace) => {
        const [deployments, sets] = await Promise.all([
          api.deployments(namespace, signal),
          api.replicaSets(namespace, signal),
        ]);
        const found = deployments.items.map((one) => historyOf(one, sets.items, named));
        return { found, isAll: deployments.isAll && sets.isAll };
      }),
    );
    return { histories: read.flatMap(({ found }) => found), isAll: read.every(({ isAll }) => isAll) };
  }

  return {
    list: (query, signal) =>
      answered(source, async () => {
        const window = timeWindow(query.range, now().getTime());
        const known = await histories(namespaces, signal);
        const changes = known.histories.flatMap(({ rollouts }) => rollouts.map(({ change }) => change));
        const { data, truncated } = pickChanges(changes, query, window);
        return {
          ...{ status: 'ok', data, source, range: window.range, url: null },
          truncated: !known.isAll || truncated,
          warnings: [...window.warnings, ...gaps(known.histories, window.from)],
        };
      }),

    diff: (id, signal) =>
      answered(source, async () => {
        const [, of = null, namespace, name] = ID.exec(id) ?? [];
        const isOurs =
          of === own && namespace !== undefined && (namespaces.length === 0 || namespaces.includes(namespace));
        if (!isOurs || name === undefined) throw noSuchChange(`no change has the id ${id}`);
        const known = await histories([namespace], signal);
        const rollout = known.histories.flatMap(({ rollouts }) => rollouts).find(({ change }) => change.id === id);
        if (rollout === undefined) throw noSuchChange(`the cluster no longer keeps ${id}`);
        return {
          ...{ status: 'ok', source, range: null, truncated: false, warnings: [], url: null },
          data: { change: rollout.change, diff: diffOf(name, rollout) },
        };
      }),
  };
}

/** What is refused comes with the right that is missing. */
async function answered<Data>(source: string, work: () => Promise<Answer<Data>>): Promise<Answer<Data>> {
  const answer = await orUnavailable(source, work);
  const isRefused = answer.status === 'unavailable' && answer.why === 'forbidden';
  return isRefused ? { ...answer, detail: `${answer.detail}${RIGHTS}` } : answer;
}

const RIGHTS = '; its account needs `list` on deployments and replicasets of the API group apps';

async function connect({ name = null, url, token, tokenFile }: KubernetesOptions): Promise<JsonServer> {
  if (token || !tokenFile) return jsonServer('kubernetes', { name, url, token: token ?? null });
  const read = await readFile(tokenFile, 'utf8').catch((cause: unknown) => {
    throw new NoAnswer(`the token file ${tokenFile} cannot be read`, { why: 'forbidden', cause });
  });
  return jsonServer('kubernetes', { name, url, token: read.trim() });
}

function diffOf(name: string, { change, before, after }: Rollout): string | null {
  return change.hasDiff ? templateDiff(name, before, after) : null;
}

function gaps(histories: readonly History[], from: number): string[] {
  if (histories.length === 0) return ['there is no deployment in these namespaces'];
  const cut = histories.filter(({ keptSince }) => keptSince !== null && Date.parse(keptSince) > from).length;
  const undated = histories.reduce((sum, history) => sum + history.undated, 0);
  return [
    ...(cut === 0
      ? []
      : [
          `of ${cut} deployments the cluster keeps the last revisions only: earlier rollouts in this time are not known`,
        ]),
    ...(undated === 0
      ? []
      : [`${undated} revisions were rolled out more than once: only the first time is kept, except of what runs now`]),
  ];
}
