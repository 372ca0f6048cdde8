/** Faults that somebody brought in: each with the change that did it. */
import { callersOf, ofRole, type Service } from './company.ts';
import { code, config, sql } from './diffs.ts';
import { type Family, type Fault, type Planned, type Scene, since, times } from './fault.ts';

/** A service that has a database, and that database. */
export function withStore({ company, draw }: Scene, role: 'db' | 'cache' | 'vendor'): { app: Service; store: Service } {
  const stores = ofRole(company, role).filter(({ name }) => callersOf(company, name).some((one) => one.role === 'app'));
  const store = draw.pick(stores);
  return { store, app: draw.pick(callersOf(company, store.name).filter((one) => one.role === 'app')) };
}

export function blamed(
  scene: Scene,
  planned: Omit<Planned, 'at' | 'guilty'>,
  before = scene.draw.between(20, 150),
): Planned {
  return { ...planned, at: Math.round(scene.t0 - before), guilty: true };
}
export function made(scene: Scene, service: string, kind: string, parts: Partial<Fault>): Fault {
  return {
    onset: [scene.t0],
    strains: [],
    moves: [],
    told: [],
    changes: [],
    alert: { service, signal: 'latency', from: scene.alertAt },
    truth: { verdict: 'root_cause_identified', service, kind, accept: [service] },
    ...parts,
  };
}

export const leakByDeploy: Family = (scene) => {
  const { company, draw, t0, alertAt } = scene;
  const app = draw.pick(ofRole(company, 'app'));
  const began = alertAt - draw.between(2, 5) * 3600;
  const lifetime = draw.between(55, 90) * 60;
  const change = { ...blamed(scene, code(company, app.name, 'leak', draw)), at: Math.round(began - 40) };
  const firstDeath = began + lifetime;
  const phase = (pod: number, at: number) => (at < began ? 0 : ((at - began + pod * 260) % lifetime) / lifetime);
  return made(scene, app.name, 'deploy', {
    onset: [began, firstDeath, t0],
    changes: [change],
    moves: app.pods.flatMap((_, pod) => [
      {
        service: app.name,
        concept: 'memory' as const,
        only: { pod },
        value: (usual: number, at: number) => usual * (1 + 1.15 * phase(pod, at)),
      },
      {
        service: app.name,
        concept: 'restarts' as const,
        only: { pod },
        value: (_: number, at: number) =>
          at >= began + 300 && phase(pod, at) < company.step / lifetime
            ? company.dialect === 'datadog'
              ? 1
              : 1 / company.step
            : 0,
      },
    ]),
    strains: [
      {
        service: app.name,
        failing: (at) => (Math.max(...app.pods.map((_, pod) => phase(pod, at))) > 0.96 ? 0.06 : 0),
        slower: (at) => app.p99 * 0.8 * Math.max(0, Math.max(...app.pods.map((_, pod) => phase(pod, at))) - 0.6),
      },
    ],
    told: [
      {
        service: app.name,
        level: 'error',
        from: firstDeath,
        perMinute: 0.25,
        text: {
          go: 'fatal error: runtime: out of memory',
          java: 'java.lang.OutOfMemoryError: Java heap space',
          py: 'MemoryError: worker was sent SIGKILL! Perhaps out of memory?',
        }[company.language],
      },
    ],
    alert: { service: app.name, signal: 'memory', from: alertAt },
  });
};

export const manyQueries: Family = (scene) => {
  const { company, draw, t0 } = scene;
  const { app, store } = withStore(scene, 'db');
  const factor = draw.between(0.6, 3.5);
  const over = since(t0, 180);
  return made(scene, app.name, 'deploy', {
    changes: [blamed(scene, code(company, app.name, 'n+1', draw))],
    strains: [{ service: app.name, slower: times(over, app.p99 * factor) }],
    moves: [
      { service: store.name, concept: 'dbCalls', value: (usual, at) => usual * (1 + over(at) * (1 + factor * 2)) },
      { service: store.name, concept: 'dbCpu', value: (usual, at) => Math.min(0.97, usual * (1 + over(at) * 0.4)) },
      { service: app.name, concept: 'poolUsed', value: (usual, at) => usual * (1 + over(at) * factor) },
    ],
  });
};

export const poolTooSmall: Family = (scene) => {
  const { company, draw, t0 } = scene;
  const { app } = withStore(scene, 'db');
  const over = since(t0, 90);
  return made(scene, app.name, 'config', {
    changes: [blamed(scene, config(app.name, draw.pick(['values', 'hcl', 'properties']), 'pool', draw))],
    strains: [
      {
        service: app.name,
        slower: times(over, app.p99 + draw.between(0.4, 2)),
        failing: times(over, draw.between(0.01, 0.08)),
      },
    ],
    moves: [
      { service: app.name, concept: 'poolMax', value: (usual, at) => (over(at) > 0 ? 4 : usual) },
      { service: app.name, concept: 'poolUsed', value: (usual, at) => (over(at) > 0 ? Math.min(4, usual) : usual) },
      { service: app.name, concept: 'poolWaiting', value: (usual, at) => usual + over(at) * 9 },
    ],
    told: [
      {
        service: app.name,
        level: 'error',
        from: t0,
        perMinute: 9,
        text: {
          go: 'acquire connection: context deadline exceeded',
          java: 'HikariPool-1 - Connection is not available, request timed out after 3000ms.',
          py: 'QueuePool limit of size 4 overflow 0 reached, connection timed out, timeout 3.00',
        }[company.language],
        stack: ['at pool.acquire', 'at repository.load', 'at handler.handle'],
      },
    ],
  });
};

export const badFlag: Family = (scene) => {
  const { company, draw, t0 } = scene;
  const app = draw.pick(ofRole(company, 'app'));
  const over = since(t0, 60);
  const slow = draw.chance(0.5);
  return made(scene, app.name, 'flag', {
    changes: [blamed(scene, config(app.name, 'flag', 'flag', draw))],
    strains: [
      slow
        ? { service: app.name, slower: times(over, app.p99 * draw.between(0.7, 3)) }
        : { service: app.name, failing: times(over, draw.between(0.014, 0.12)) },
    ],
    told: slow
      ? []
      : [
          {
            service: app.name,
            level: 'error',
            from: t0,
            perMinute: 12,
            text: {
              go: 'panic: runtime error: invalid memory address or nil pointer dereference',
              java: 'java.lang.NullPointerException: Cannot invoke "Offer.price()" because "offer" is null',
              py: "AttributeError: 'NoneType' object has no attribute 'price'",
            }[company.language],
            stack: ['at offers.rank_v2', 'at offers.list'],
          },
        ],
    alert: { service: app.name, signal: slow ? 'latency' : 'errors', from: scene.alertAt },
  });
};

export const coldCache: Family = (scene) => {
  const { company, draw, t0 } = scene;
  const { app, store: cache } = withStore(scene, 'cache');
  const over = since(t0, 120);
  const db = app.deps.map(({ to }) => to).find((to) => ofRole(company, 'db').some(({ name }) => name === to));
  const ttl = draw.chance(0.5);
  const gone = draw.between(0.5, 0.9);
  const planned = ttl ? config(app.name, 'values', 'ttl', draw) : config(cache.name, 'hcl', 'cache', draw);
  return made(scene, planned.service ?? cache.name, planned.kind, {
    changes: [blamed(scene, planned)],
    strains: [{ service: app.name, slower: times(over, app.p99 * draw.between(0.8, 3)) }],
    moves: [
      { service: cache.name, concept: 'hits', value: (usual, at) => usual * (1 - gone * over(at)) },
      { service: cache.name, concept: 'misses', value: (usual, at) => usual * (1 + 12 * gone * over(at)) },
      ...(db === undefined
        ? []
        : [
            {
              service: db,
              concept: 'dbCalls' as const,
              value: (usual: number, at: number) => usual * (1 + 4 * over(at)),
            },
            {
              service: db,
              concept: 'dbCpu' as const,
              value: (usual: number, at: number) => Math.min(0.95, usual * (1 + 1.2 * over(at))),
            },
          ]),
    ],
    alert: { service: app.name, signal: 'latency', from: scene.alertAt },
  });
};

export const droppedIndex: Family = (scene) => {
  const { draw, t0 } = scene;
  const { app, store } = withStore(scene, 'db');
  const over = since(t0, 60);
  return made(scene, store.name, 'migration', {
    changes: [blamed(scene, { ...sql('drop', draw), service: draw.pick([store.name, app.name]) })],
    strains: [{ service: store.name, slower: times(over, draw.between(0.4, 3)) }],
    moves: [
      {
        service: store.name,
        concept: 'dbRows',
        only: { peer: 'events' },
        value: (usual, at) => usual * (1 + 60 * over(at)),
      },
      { service: store.name, concept: 'dbCpu', value: (usual, at) => Math.min(0.98, usual * (1 + 1.8 * over(at))) },
      { service: app.name, concept: 'poolUsed', value: (usual, at) => usual * (1 + 1.5 * over(at)) },
    ],
    told: [
      {
        service: store.name,
        level: 'warn',
        from: t0,
        perMinute: 2,
        text: 'duration: 2841.223 ms  statement: SELECT * FROM events WHERE account_id = $1 ORDER BY created_at DESC LIMIT 20',
      },
    ],
    alert: { service: app.name, signal: 'latency', from: scene.alertAt },
  });
};

export const batchJob: Family = (scene) => {
  const { draw, t0 } = scene;
  const { app, store } = withStore(scene, 'db');
  const over = since(t0, 200);
  return made(scene, store.name, 'batch', {
    changes: [
      blamed(
        scene,
        { ...config(store.name, 'cron', 'batch', draw), kind: 'batch', service: draw.pick([store.name, null]) },
        draw.between(5, 60),
      ),
    ],
    strains: [{ service: store.name, slower: times(over, draw.between(0.3, 1.5)) }],
    moves: [
      { service: store.name, concept: 'dbCpu', value: (usual, at) => Math.min(0.97, usual + 0.5 * over(at)) },
      { service: store.name, concept: 'dbRows', value: (usual, at) => usual * (1 + 12 * over(at)) },
      { service: store.name, concept: 'dbConnections', value: (usual, at) => usual + 8 * over(at) },
    ],
    alert: { service: app.name, signal: 'latency', from: scene.alertAt },
  });
};

export const brokenRoute: Family = (scene) => {
  const { company, draw, t0 } = scene;
  const app = draw.pick(ofRole(company, 'edge', 'app'));
  const route = draw.pick(['/v1/export', '/v2/search', '/v1/quote']);
  return made(scene, app.name, 'config', {
    changes: [blamed(scene, config(app.name, 'route', 'route', draw, route))],
    strains: [{ service: app.name, failing: since(t0, 20), only: { route } }],
    told: [
      {
        service: app.name,
        level: 'error',
        from: t0,
        perMinute: 15,
        text: `upstream for ${route} not found: no such cluster`,
      },
    ],
    alert: { service: app.name, signal: 'errors', from: scene.alertAt },
  });
};

export const stuckConsumer: Family = (scene) => {
  const { company, draw, t0 } = scene;
  const worker = draw.pick(ofRole(company, 'worker'));
  const over = since(t0, 30);
  const left = draw.between(0, 0.3);
  return made(scene, worker.name, 'deploy', {
    changes: [blamed(scene, code(company, worker.name, 'consumer', draw))],
    moves: [
      { service: worker.name, concept: 'consumed', value: (usual, at) => usual * (1 - (1 - left) * over(at)) },
      {
        service: worker.name,
        concept: 'lag',
        value: (usual, at) => usual + Math.max(0, at - t0) * worker.rate * (1 - left),
      },
      { service: worker.name, concept: 'cpu', value: (usual, at) => usual * (1 - 0.7 * over(at)) },
    ],
    told: [
      {
        service: worker.name,
        level: 'error',
        from: t0,
        perMinute: 6,
        text: {
          go: 'json: cannot unmarshal string into Go struct field Event.amount of type int64; retrying',
          java: 'com.fasterxml.jackson.databind.exc.MismatchedInputException: Cannot deserialize value of type `long`; seeking back',
          py: 'ValidationError: 1 validation error for Event: amount: value is not a valid integer; message will be retried',
        }[company.language],
      },
    ],
    alert: { service: worker.name, signal: 'lag', from: scene.alertAt },
  });
};

export const badCanary: Family = (scene) => {
  const { company, draw, t0 } = scene;
  const app = draw.pick(ofRole(company, 'app'));
  const version = draw.hex(7);
  return made(scene, app.name, 'deploy', {
    changes: [
      { ...blamed(scene, code(company, app.name, 'canary', draw)), title: `${app.name}: canary ${version} at 10 %` },
    ],
    strains: [{ service: app.name, failing: times(since(t0, 60), draw.between(0.12, 0.5)), only: { version } }],
    told: [
      {
        service: app.name,
        level: 'error',
        from: t0,
        perMinute: 4,
        text: `request failed version=${version}: unexpected token in response of schema v3`,
      },
    ],
    alert: { service: app.name, signal: 'errors', from: scene.alertAt },
  });
};

export const nameServers: Family = (scene) => {
  const { company, draw, t0 } = scene;
  const apps = draw.some(ofRole(company, 'app'), 4);
  const [loudest] = apps;
  const over = since(t0, 90);
  return made(scene, 'coredns', 'config', {
    changes: [blamed(scene, { ...config('coredns', 'dns', 'dns', draw), service: draw.pick(['coredns', null]) })],
    strains: apps.map(({ name, p99 }) => ({
      service: name,
      failing: times(over, draw.between(0.05, 0.25)),
      slower: times(over, p99 * 0.8),
    })),
    moves: [
      {
        service: ofRole(company, 'edge')[0]?.name ?? '',
        concept: 'dnsErrors',
        only: { peer: 'SERVFAIL' },
        value: (usual, at) => usual + 160 * over(at),
      },
    ],
    told: apps.map(({ name, deps }) => ({
      service: name,
      level: 'error' as const,
      from: t0,
      perMinute: 8,
      text: {
        go: `dial tcp: lookup ${deps[0]?.to ?? 'db'}.prod.svc.cluster.local on 10.96.0.10:53: server misbehaving`,
        java: `java.net.UnknownHostException: ${deps[0]?.to ?? 'db'}.prod.svc.cluster.local`,
        py: `socket.gaierror: [Errno -3] Temporary failure in name resolution (${deps[0]?.to ?? 'db'})`,
      }[company.language],
    })),
    truth: { verdict: 'root_cause_identified', service: 'coredns', kind: 'config', accept: ['coredns', null] },
    alert: { service: loudest?.name ?? '', signal: 'errors', from: scene.alertAt },
  });
};
