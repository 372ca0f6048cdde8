/** What Argo CD keeps of an application: what it synced when, and how the last attempt ended. */
import { z } from 'zod';
import { oneLine } from '../../lib/one-line.ts';
import type { Change } from '../../sre/change.ts';

const moment = z.string().datetime({ offset: true });
const target = z.object({ repoURL: z.string().default(''), chart: z.string().optional() });
const who = z.object({ username: z.string().optional(), automated: z.boolean().optional() }).nullish();
const sync = z.object({
  id: z.coerce.number(),
  revision: z.string().optional(),
  revisions: z.array(z.string()).nullish(),
  deployedAt: moment,
  /** Newer versions of Argo CD know it. */
  deployStartedAt: moment.nullish(),
  initiatedBy: who,
  source: target.nullish(),
  sources: z.array(target).nullish(),
});
const operation = z.object({
  phase: z.string(),
  message: z.string().optional(),
  startedAt: moment,
  operation: z.object({ initiatedBy: who }).nullish(),
  syncResult: z.object({ revision: z.string().optional(), revisions: z.array(z.string()).nullish() }).nullish(),
});
const application = z.object({
  metadata: z.object({
    name: z.string().min(1),
    namespace: z.string().optional(),
    labels: z.record(z.string(), z.string()).nullish(),
  }),
  spec: z.object({ revisionHistoryLimit: z.number().nullish() }),
  status: z.object({ history: z.array(sync).nullish(), operationState: operation.nullish() }).nullish(),
});
export const applications = z.object({ items: z.array(application).nullable() });
export type Application = z.infer<typeof application>;
type Sync = z.infer<typeof sync>;

/** How many syncs Argo CD keeps unless it is told otherwise. */
const KEPT = 10;

export interface Named {
  /** What ids begin with: those of several servers must differ. */
  source: string;
  /** Address of the application's page. */
  url: string;
  /** Whose labels name the service. */
  labels: readonly string[];
}

/** Each sync, and the last attempt when it did not succeed: it can have changed something all the same. */
export function syncsOf(app: Application, named: Named): Change[] {
  const { history, operationState } = app.status ?? {};
  const done = (history ?? []).map((one) => asChange(app, one, named));
  return operationState && ['Failed', 'Error', 'Running', 'Terminating'].includes(operationState.phase)
    ? [...done, unfinished(app, operationState, named)]
    : done;
}

/** The oldest sync that is kept, where older ones were discarded; null where all are there. */
export function keptSince(app: Application): string | null {
  const history = app.status?.history ?? [];
  if (history.length < (app.spec.revisionHistoryLimit ?? KEPT)) return null;
  return history.map(({ deployedAt }) => deployedAt).toSorted((a, b) => Date.parse(a) - Date.parse(b))[0] ?? null;
}

/** From its start on a sync has effects; older versions tell only of its end. */
function asChange(app: Application, one: Sync, { source: whose, url, labels }: Named): Change {
  const source = one.source ?? one.sources?.[0];
  const what = source?.chart === undefined ? 'revision' : `chart ${source.chart}`;
  const revision = one.revision || one.revisions?.find(Boolean) || null;
  return {
    id: `${whose}:${app.metadata.name}:${one.id}`,
    kind: 'deploy',
    service: serviceOf(app, labels),
    time: new Date(one.deployStartedAt ?? one.deployedAt).toISOString(),
    actor: actorOf(one.initiatedBy),
    title: `${app.metadata.name} synced to ${what} ${short(revision)}`,
    ref: revision,
    hasDiff: false,
    url,
  };
}

function unfinished(app: Application, one: z.infer<typeof operation>, { source, url, labels }: Named): Change {
  const revision = one.syncResult?.revision || one.syncResult?.revisions?.find(Boolean) || null;
  const words = oneLine(one.message ?? '', 200);
  const ended = { Running: 'is still running', Terminating: 'is being stopped' }[one.phase] ?? 'failed';
  return {
    id: `${source}:${app.metadata.name}:at-${Date.parse(one.startedAt)}`,
    kind: 'deploy',
    service: serviceOf(app, labels),
    time: new Date(one.startedAt).toISOString(),
    actor: actorOf(one.operation?.initiatedBy),
    title: `sync of ${app.metadata.name} to ${short(revision)} ${ended}${words === '' ? '' : `: ${words}`}`,
    ref: revision,
    hasDiff: false,
    url,
  };
}

function serviceOf({ metadata }: Application, labels: readonly string[]): string {
  return labels.map((label) => metadata.labels?.[label]).find(Boolean) ?? metadata.name;
}

function actorOf(by: z.infer<typeof who>): string {
  return by?.username || (by?.automated === true ? 'automated sync' : '');
}

function short(revision: string | null): string {
  if (revision === null) return 'an unknown revision';
  return /^[0-9a-f]{40,}$/i.test(revision) ? revision.slice(0, 12) : revision.slice(0, 80);
}
