/** Deploys as Argo CD's REST API tells of them: the sync history of its applications. It holds revisions, and no diffs. */
import { z } from 'zod';
import { fetchJson, type JsonServer, jsonServer, NoAnswer } from '../../lib/fetch-json.ts';
import { fewAtATime } from '../../lib/few-at-a-time.ts';
import { timeWindow } from '../../lib/time-window.ts';
import type { Change } from '../../sre/change.ts';
import type { Answer, Unavailable } from '../../sre/ports/answer.ts';
import type { Changes } from '../../sre/ports/changes.ts';
import { type Application, applications, keptSince, syncsOf } from './application.ts';

export interface ArgocdOptions {
  /** Base address; `user:password@` in it is sent as basic authentication. */
  url: string;
  /** Of an account with the right `applications, get`. Sent as bearer token. */
  token?: string | null;
  tenant?: string | null;
  /** Labels of an application that name its service, best first; else the application's own name counts. */
  serviceLabels?: readonly string[];
  now?: () => Date;
  timeoutMs?: number;
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
const ID = /^argocd:([^:]+):(?:\d+|at-\d+)$/;

const metadata = z.object({ author: z.string().default(''), message: z.string().default('') });

export function argocdChanges(options: ArgocdOptions): Changes {
  const server = jsonServer('argocd', options);
  const now = options.now ?? (() => new Date());
  const { serviceLabels = LABELS, timeoutMs } = options;
  const limits = { maxBytes: MAX_BYTES, ...(timeoutMs === undefined ? {} : { timeoutMs }) };
  const limited = fewAtATime(4);

  async function read(path: string, params: Record<string, string>, signal: AbortSignal): Promise<Application[]> {
    const body = applications.safeParse(await fetchJson(server, path, new URLSearchParams(params), signal, limits));
    if (!body.success) throw new NoAnswer(`${path} answers in another form than Argo CD does`, { why: 'malformed' });
    return body.data.items ?? [];
  }

  const syncs = (app: Application): Change[] => {
    const { name, namespace = 'argocd' } = app.metadata;
    const url = `${server.url}/applications/${encodeURIComponent(namespace)}/${encodeURIComponent(name)}`;
    return syncsOf(app, { url, labels: serviceLabels });
  };

  /** With the first line of the commit behind it, where Argo CD can read it. */
  async function withMessage(change: Change, signal: AbortSignal): Promise<Change> {
    const name = ID.exec(change.id)?.[1];
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

  async function orUnavailable<Data>(work: () => Promise<Answer<Data>>): Promise<Answer<Data>> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      return unavailable(server, error.why, error.message);
    }
  }

  return {
    async list(query, signal) {
      const window = timeWindow(query.range, now().getTime());
      if (window === null) {
        const { start, end } = query.range;
        return unavailable(
          server,
          'bad_query',
          `${start} … ${end} is not a time range: give RFC 3339 times, start first`,
        );
      }
      const { from, to, range } = window;
      return orUnavailable(async () => {
        const apps = await read('/api/v1/applications', { fields: FIELDS }, signal);
        // It lists what a token may see, and refuses nothing.
        if (apps.length === 0)
          return unavailable(
            server,
            'forbidden',
            'it shows this token no application: give its account the right `applications, get`',
          );
        const found = apps
          .flatMap(syncs)
          .filter(({ kind }) => query.kinds.length === 0 || query.kinds.includes(kind))
          .filter(({ service }) => query.service === null || service === query.service)
          .filter(({ time }) => Date.parse(time) >= from && Date.parse(time) <= to)
          .toSorted((a, b) => Date.parse(b.time) - Date.parse(a.time));
        const shown = found.slice(0, query.limit);
        const data = await Promise.all(
          shown.map((change, i) => (i < MOST_MESSAGES ? withMessage(change, signal) : change)),
        );
        const short = apps.filter((app) => Date.parse(keptSince(app) ?? range.start) > from);
        const warnings = [...window.warnings, ...(short.length === 0 ? [] : [discarded(short)])];
        return {
          status: 'ok',
          data,
          source: server.name,
          range,
          truncated: shown.length < found.length,
          warnings,
          url: null,
        };
      });
    },

    async diff(id, signal) {
      const name = ID.exec(id)?.[1];
      if (name === undefined)
        return unavailable(server, 'bad_query', `no change has the id ${id}; list the changes to see the ids`);
      return orUnavailable(async () => {
        const apps = await read('/api/v1/applications', { name, fields: FIELDS }, signal);
        const known = apps.filter(({ metadata }) => metadata.name === name).flatMap(syncs);
        const change = known.find((one) => one.id === id);
        if (change === undefined)
          return unavailable(server, 'bad_query', `Argo CD no longer keeps ${id}; list the changes to see the ids`);
        const data = { change: await withMessage(change, signal), diff: null };
        return {
          status: 'ok',
          data,
          source: server.name,
          range: null,
          truncated: false,
          warnings: [],
          url: change.url ?? null,
        };
      });
    },
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
  const words = lineOf(message);
  const isNobody = change.actor === '' || change.actor === 'automated sync';
  return {
    ...change,
    title: words === '' ? change.title : `${change.title}: ${words}`,
    actor: isNobody && author !== '' ? lineOf(author) : change.actor,
  };
}

function lineOf(text: string): string {
  return (text.split('\n', 1)[0] ?? '')
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, 200);
}

function unavailable({ name }: JsonServer, why: Unavailable['why'], detail: string): Unavailable {
  return { status: 'unavailable', source: name, why, detail };
}
