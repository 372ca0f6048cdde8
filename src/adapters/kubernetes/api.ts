/** The two lists that are read of the API server, page by page. Reading needs `list` on deployments and replicasets of group `apps`. */
import { z } from 'zod';
import { fetchJson, type JsonServer } from '../../lib/fetch-json.ts';
import { inForm } from '../../lib/in-form.ts';

const moment = z.string().datetime({ offset: true });
const labels = z.record(z.string(), z.string()).nullish();
const metadata = z.object({
  name: z.string().min(1),
  namespace: z.string(),
  uid: z.string(),
  creationTimestamp: moment,
  labels,
  annotations: labels,
});
/** Read whole: what changed in it is what the change was. */
const template = z.looseObject({
  metadata: z.looseObject({ labels, annotations: labels }).nullish(),
  spec: z.looseObject({}).nullish(),
});
const deployment = z.object({
  metadata,
  status: z
    .object({
      conditions: z
        .array(
          z.object({
            type: z.string(),
            lastUpdateTime: moment.nullish(),
          }),
        )
        .nullish(),
    })
    .nullish(),
});
const replicaSet = z.object({
  metadata: metadata.extend({
    ownerReferences: z.array(z.object({ kind: z.string(), name: z.string(), uid: z.string() })).nullish(),
  }),
  spec: z.object({ template }),
});
export type Deployment = z.infer<typeof deployment>;
export type ReplicaSet = z.infer<typeof replicaSet>;
export type Template = z.infer<typeof template>;

const PAGE = '500';
/** 20,000 objects. */
const PAGES = 40;
const MAX_BYTES = 64 * 1024 * 1024;

export interface KubernetesApi {
  deployments(namespace: string | null, signal: AbortSignal): Promise<Listed<Deployment>>;
  replicaSets(namespace: string | null, signal: AbortSignal): Promise<Listed<ReplicaSet>>;
}
export interface Listed<Item> {
  items: Item[];
  isAll: boolean;
}

/** `server` is asked for at each question: tokens of service accounts are renewed while they are used. */
export function kubernetesApi(server: () => Promise<JsonServer>, timeoutMs?: number): KubernetesApi {
  const limits = { maxBytes: MAX_BYTES, ...(timeoutMs === undefined ? {} : { timeoutMs }) };

  async function list<Item>(path: string, item: z.ZodType<Item>, signal: AbortSignal): Promise<Listed<Item>> {
    const shape = z.object({
      metadata: z.object({ continue: z.string().nullish() }),
      items: z.array(item).nullable(),
    });
    const items: Item[] = [];
    const to = await server();
    const params = new URLSearchParams({ limit: PAGE });
    for (let page = 0; page < PAGES; page++) {
      const body = inForm(shape, await fetchJson(to, path, params, signal, limits), path, 'Kubernetes');
      items.push(...(body.items ?? []));
      const next = body.metadata.continue;
      if (!next) return { items, isAll: true };
      params.set('continue', next);
    }
    return { items, isAll: false };
  }
  return {
    deployments: (namespace, signal) => list(pathOf('deployments', namespace), deployment, signal),
    replicaSets: (namespace, signal) => list(pathOf('replicasets', namespace), replicaSet, signal),
  };
}

function pathOf(what: string, namespace: string | null): string {
  return `/apis/apps/v1/${namespace === null ? '' : `namespaces/${encodeURIComponent(namespace)}/`}${what}`;
}
