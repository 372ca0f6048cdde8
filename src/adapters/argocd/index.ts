/** Deploys as Argo CD's REST API tells of them: the sync history of its applications. It holds revisions, and no diffs. */
import { z } from 'zod';
import { fetchJson, jsonServer, type ServerOptions } from '../../lib/fetch-json.ts';
import { fewAtATime } from '../../lib/few-at-a-time.ts';
import { inForm } from '../../lib/in-form.ts';
import { NoAnswer } from '../../lib/no-answer.ts';
import { firstLine } from '../../lib/one-line.ts';
import { timeWindow } from '../../lib/time-window.ts';
import type { Change } from '../../sre/change.ts';
import type { Changes } from '../../sre/ports/changes.ts';
import { orUnavailable } from '../../sre/ports/or-unavailable.ts';
import { noSuchChange, pickChanges } from '../../sre/ports/pick-changes.ts';
import { type Application, applications, keptSince, syncsOf } from './application.ts';

/** `token` is of an account with the right `applications, get`. */
export interface ArgocdOptions extends ServerOptions {
  /** Labels of an application that name its service, best first; else the application's own name counts. */
  serviceLabels?: readonly string[];
  now?: () => Date;
}

const LABELS = ['app.kubernetes.io/name', 'service'];
/** Lists of thousands of applications: only what is read is asked for, where the server knows how. */
const MAX_BYTES = 64 * 1024 * 1024;
const FIELDS = [
  'items.metadata.name',
  'items.metadata.namespace',
  'items.metadata.labels',
  'items.spec',
  'items.status.history',
  'items.status.operationState',
].join(',');
/** Messages of commits cost a question each. */
const MOST_MESSAGES = 30;
const ID = /^argocd(?:\/([^:]+))?:([^:]+):(?:\d+|at-\d+)$/;

const metadata = z.object({ author: z.string().default(''), message: z.string().default('') });

export function argocdChanges(options: ArgocdOptions): Changes {
  const server = jsonServer('argocd', options);
  const now = options.now ?? (() => new Date());
  const { serviceLabels = LABELS, name: own = null } = options;
  const limits = { maxBytes: MAX_BYTES };
  const limited = fewAtATime(4);

  async function read(path: string, params: Record<string, string>, signal: AbortSignal): Promise<Application[]> {
    const body = await fetchJson(server, path, new URLSearchParams(params), signal, limits);
    return inForm(applications, body, path, 'Argo CD').items ?? [];
  }

  const syncs = (app: Application): Change[] => {
    const { name, namespace = 'argocd' } = app.metadata;
    const url = `${server.url}/applications/${encodeURIComponent(namespace)}/${encodeURIComponent(name)}`;
    return syncsOf(app, { source: own === null ? 'argocd' : `argocd/${own}`, url, labels: serviceLabels });
  };

  /** With the first line of the commit behind it, where Argo CD can read it. */
  async function withMessage(change: Change, signal: AbortSignal): Promise<Change> {
    const [, , name] = ID.exec(change.id) ?? [];
    if (name === undefined || change.ref === null || !/^[0-9a-f]{40,64}$/i.test(change.ref)) return change;
    const path = `/api/v1/applications/${encodeURIComponent(name)}/revisions/${change.ref}/metadata`;
    try {
      const body = metadata.safeParse(
        await limited(() => fetchJson(server, path, new URLSearchParams(), signal, limits)),
      );
      return body.success ? told(change, body.data) : change;
    } catch (error) {
      // A convenience: the sync is known without it.
      if (error instanceof NoAnswer) return change;
      throw error;
    }
  }

  return {
    list: (query, signal) =>
      orUnavailable(server.name, async () => {
        const window = timeWindow(query.range, now().getTime());
        const apps = await read('/api/v1/applications', { fields: FIELDS }, signal);
        // It lists what a token may see, and refuses nothing.
        if (apps.length === 0)
          throw new NoAnswer('it shows this token no application: give its account the right `applications, get`', {
            why: 'forbidden',
          });
        const { data, truncated } = pickChanges(apps.flatMap(syncs), query, window);
        const short = apps.filter((app) => Date.parse(keptSince(app) ?? window.range.start) > window.from);
        return {
          ...{ status: 'ok', source: server.name, range: window.range, truncated, url: null },
          data: await Promise.all(data.map((change, i) => (i < MOST_MESSAGES ? withMessage(change, signal) : change))),
          warnings: [...window.warnings, ...(short.length === 0 ? [] : [discarded(short)])],
        };
      }),

    diff: (id, signal) =>
      orUnavailable(server.name, async () => {
        const [, of = null, name] = ID.exec(id) ?? [];
        if (name === undefined || of !== own) throw noSuchChange(`no change has the id ${id}`);
        const apps = await read('/api/v1/applications', { name, fields: FIELDS }, signal);
        const known = apps.filter(({ metadata }) => metadata.name === name).flatMap(syncs);
        const change = known.find((one) => one.id === id);
        if (change === undefined) throw noSuchChange(`Argo CD no longer keeps ${id}`);
        return {
          ...{ status: 'ok', source: server.name, range: null, truncated: false, warnings: [] },
          data: { change: await withMessage(change, signal), diff: null },
          url: change.url ?? null,
        };
      }),
  };
}

function discarded(apps: readonly Application[]): string {
  const names = apps
    .slice(0, 5)
    .map(({ metadata, ...app }) => `${metadata.name} before ${keptSince({ metadata, ...app })}`);
  const more = apps.length > 5 ? ` and ${apps.length - 5} more` : '';
  return `Argo CD keeps only the last syncs of each application; nothing is known of ${names.join(', ')}${more}`;
}

function told(change: Change, { author, message }: z.infer<typeof metadata>): Change {
  const words = firstLine(message, 200);
  const isNobody = change.actor === '' || change.actor === 'automated sync';
  return {
    ...change,
    title: words === '' ? change.title : `${change.title}: ${words}`,
    actor: isNobody && author !== '' ? firstLine(author, 200) : change.actor,
  };
}
