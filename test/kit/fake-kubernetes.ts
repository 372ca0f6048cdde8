/** The API server's lists of deployments and replica sets: pages with `continue`, 403 as a `Status`, what `kubectl` would have made. */
import { type StubApi, stubApi } from './stub-api.ts';

export interface Revision {
  at: string;
  image: string;
  env?: Record<string, string>;
  annotations?: Record<string, string>;
}
interface Kept {
  name: string;
  namespace: string;
  labels: Record<string, string>;
  /** Of each replica set: the numbers of the revisions it stood for, the last one is now. */
  sets: { numbers: number[]; revision: Revision }[];
  progressing: string;
}

export interface FakeKubernetes extends StubApi {
  kept: Kept[];
}

export const TOKEN = 'eyJ.reader';

export async function fakeKubernetes(pageSize = 500): Promise<FakeKubernetes> {
  const kept: Kept[] = [];
  const api = await stubApi(({ path, headers }) => {
    const url = new URL(path, 'http://x');
    const [, namespace, what = ''] =
      /^\/apis\/apps\/v1\/(?:namespaces\/([^/]+)\/)?(deployments|replicasets)$/.exec(url.pathname) ?? [];
    if (headers.authorization !== `Bearer ${TOKEN}`) return { status: 401, json: status('Unauthorized', 401) };
    if (what === '') return { status: 404, json: status('the server could not find the requested resource', 404) };
    if (namespace === 'kube-system')
      return {
        status: 403,
        json: status(`${what}.apps is forbidden: User "system:serviceaccount:vigil:reader" cannot list`, 403),
      };
    const own = kept.filter((one) => namespace === undefined || one.namespace === namespace);
    const items: object[] = own.flatMap((one) =>
      what === 'deployments' ? [deployment(one)] : one.sets.map((_, i) => replicaSet(one, i)),
    );
    const start = Number(url.searchParams.get('continue') ?? 0);
    const end = start + Math.min(pageSize, Number(url.searchParams.get('limit')));
    const more = end < items.length ? { continue: String(end), remainingItemCount: items.length - end } : {};
    return {
      json: {
        kind: 'List',
        apiVersion: 'apps/v1',
        metadata: { resourceVersion: '77', ...more },
        items: items.slice(start, end),
      },
    };
  });
  return Object.assign(api, { kept });
}

function deployment({ name, namespace, labels, sets, progressing }: Kept): object {
  const newest = Math.max(...sets.flatMap(({ numbers }) => numbers));
  const annotations = { 'deployment.kubernetes.io/revision': String(newest) };
  return {
    metadata: {
      name,
      namespace,
      labels,
      annotations,
      uid: `uid-${namespace}-${name}`,
      creationTimestamp: sets[0]?.revision.at,
    },
    spec: { replicas: 2, revisionHistoryLimit: 10 },
    status: {
      conditions: [
        { type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable', lastUpdateTime: progressing },
      ],
    },
  };
}

function replicaSet({ name, namespace, sets }: Kept, index: number): object {
  const { numbers = [], revision } = sets[index] ?? {};
  const env = Object.entries(revision?.env ?? {}).map(([key, value]) => ({ name: key, value }));
  const hash = `6f${index}`;
  return {
    metadata: {
      ...{ name: `${name}-${hash}`, namespace, uid: `uid-${name}-${hash}`, creationTimestamp: revision?.at },
      ownerReferences: [
        { apiVersion: 'apps/v1', kind: 'Deployment', name, uid: `uid-${namespace}-${name}`, controller: true },
      ],
      annotations: {
        'deployment.kubernetes.io/revision': String(numbers.at(-1)),
        ...(numbers.length > 1 ? { 'deployment.kubernetes.io/revision-history': numbers.slice(0, -1).join(',') } : {}),
      },
    },
    spec: {
      template: {
        metadata: { labels: { app: name, 'pod-template-hash': hash }, annotations: revision?.annotations ?? {} },
        spec: {
          containers: [{ name: 'main', image: revision?.image, env, resources: { limits: { memory: '256Mi' } } }],
        },
      },
    },
  };
}

function status(message: string, code: number): object {
  return { kind: 'Status', apiVersion: 'v1', status: 'Failure', message, code };
}
