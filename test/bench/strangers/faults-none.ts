/** Faults that no change explains, and stories with another ending: two causes, healed, nothing at all. */
import { callersOf, ofRole } from './company.ts';
import { code, config } from './diffs.ts';
import { type Family, type Fault, since, times } from './fault.ts';
import { blamed, made, manyQueries, poolTooSmall, withStore } from './faults-changes.ts';

function nobody(service: string | null, kind: string, accept: (string | null)[]): Fault['truth'] {
  return { verdict: 'root_cause_identified', service, kind, accept: [service, ...accept, null] };
}

export const slowVendor: Family = (scene) => {
  const { company, draw, t0 } = scene;
  const { app, store: vendor } = withStore(scene, 'vendor');
  const over = since(t0, draw.between(30, 400));
  return made(scene, vendor.name, 'vendor', {
    strains: [
      { service: vendor.name, slower: times(over, draw.between(0.8, 6)), failing: times(over, draw.between(0, 0.06)) },
    ],
    told: [
      {
        service: app.name,
        level: 'warn',
        from: t0,
        perMinute: 6,
        text: {
          go: `Post "https://api.${vendor.name}.com/v1": net/http: request canceled (Client.Timeout exceeded while awaiting headers)`,
          java: `java.net.SocketTimeoutException: Read timed out (api.${vendor.name}.com)`,
          py: `requests.exceptions.ReadTimeout: HTTPSConnectionPool(host='api.${vendor.name}.com', port=443): Read timed out.`,
        }[company.language],
      },
    ],
    alert: { service: app.name, signal: 'latency', from: scene.alertAt },
    truth: nobody(vendor.name, 'vendor', [app.name]),
  });
};

export const usedUpQuota: Family = (scene) => {
  const { draw, t0 } = scene;
  const { app, store: vendor } = withStore(scene, 'vendor');
  return made(scene, vendor.name, 'vendor', {
    strains: [{ service: vendor.name, failing: times(since(t0, 30), draw.between(0.2, 0.8)) }],
    told: [
      {
        service: app.name,
        level: 'error',
        from: t0,
        perMinute: 14,
        text: `${vendor.name} answered 429 Too Many Requests: daily quota exceeded, resets at 00:00 UTC`,
      },
    ],
    alert: { service: app.name, signal: 'errors', from: scene.alertAt },
    truth: nobody(vendor.name, 'vendor', [app.name]),
  });
};

export const endedCertificate: Family = (scene) => {
  const { company, draw, t0 } = scene;
  const { app, store } = withStore(scene, draw.pick(['vendor', 'db'] as const));
  return made(scene, store.name, 'certificate', {
    strains: [{ service: store.name, failing: times(since(t0, draw.pick([5, 900])), draw.between(0.5, 1)) }],
    told: callersOf(company, store.name).map(({ name }) => ({
      service: name,
      level: 'error' as const,
      from: t0,
      perMinute: 14,
      text: {
        go: `tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time is after ${new Date(t0 * 1000).toISOString()}`,
        java: 'javax.net.ssl.SSLHandshakeException: PKIX path validation failed: CertPathValidatorException: validity check failed (NotAfter)',
        py: 'ssl.SSLCertVerificationError: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: certificate has expired (_ssl.c:1006)',
      }[company.language],
    })),
    alert: { service: app.name, signal: 'errors', from: scene.alertAt },
    truth: nobody(store.name, 'certificate', [app.name]),
  });
};

export const manyVisitors: Family = (scene) => {
  const { company, draw, t0 } = scene;
  const [edge] = ofRole(company, 'edge');
  const hot = draw.pick(ofRole(company, 'app').filter(({ name }) => edge?.deps.some(({ to }) => to === name)));
  const over = since(t0, draw.between(60, 600));
  const more = draw.between(1.2, 3);
  const touched = [edge?.name ?? '', ...(edge?.deps.map(({ to }) => to) ?? [])];
  return made(scene, edge?.name ?? '', 'traffic', {
    strains: [
      ...touched.map((service) => ({ service, load: (at: number) => 1 + more * over(at) })),
      {
        service: hot.name,
        slower: times(over, hot.p99 * draw.between(1, 4)),
        failing: times(over, draw.between(0, 0.03)),
      },
    ],
    alert: { service: hot.name, signal: 'latency', from: scene.alertAt },
    truth: nobody(edge?.name ?? '', 'traffic', [hot.name]),
  });
};

export const deadNode: Family = (scene) => {
  const { company, draw, t0 } = scene;
  const apps = draw.some(ofRole(company, 'app'), 3);
  const [app] = apps;
  const node = draw.whole(0, company.nodes.length - 1);
  const [edge] = ofRole(company, 'edge');
  const over = since(t0, 30);
  return made(scene, app?.name ?? '', 'infra', {
    strains: apps.map(({ name, p99 }) => ({
      service: name,
      failing: times(over, draw.between(0.04, 0.2)),
      slower: times(over, p99 * 0.6),
    })),
    moves: [
      { service: edge?.name ?? '', concept: 'node', only: { node }, value: (usual, at) => (at >= t0 ? 0 : usual) },
      ...apps.map(({ name }) => ({
        service: name,
        concept: 'ready' as const,
        value: (usual: number, at: number) => (at >= t0 + 40 ? usual - 1 : usual),
      })),
      ...apps.flatMap(({ name }) =>
        (['memory', 'cpu'] as const).map((concept) => ({
          service: name,
          concept,
          only: { pod: 0 },
          value: (usual: number, at: number) => (at >= t0 ? Number.NaN : usual),
        })),
      ),
    ],
    told: apps.map(({ name }) => ({
      service: name,
      level: 'error' as const,
      from: t0,
      perMinute: 5,
      text: `upstream connect error: no route to host (${company.nodes[node]})`,
    })),
    alert: { service: app?.name ?? '', signal: 'errors', from: scene.alertAt },
    truth: nobody(
      company.nodes[node] ?? null,
      'infra',
      company.services.map(({ name }) => name),
    ),
  });
};

export const fullDisk: Family = (scene) => {
  const { draw, t0, alertAt } = scene;
  const { app, store } = withStore(scene, 'db');
  const guilty = draw.chance(0.5);
  const began = alertAt - draw.between(5, 40) * 3600;
  const planned = { ...blamed(scene, config(store.name, 'properties', 'debug', draw)), at: Math.round(began - 60) };
  const over = since(t0, 30);
  const moves: Fault['moves'] = [
    {
      service: store.name,
      concept: 'diskFree',
      value: (usual, at) => (at < began ? usual : Math.max(1e6, usual * (1 - (at - began) / (t0 - began)))),
    },
  ];
  return made(scene, store.name, guilty ? 'config' : 'latent', {
    onset: [began, t0],
    changes: guilty ? [planned] : [],
    strains: [{ service: store.name, failing: times(over, draw.between(0.1, 0.5)) }],
    moves,
    told: [
      {
        service: store.name,
        level: 'error',
        from: t0,
        perMinute: 12,
        text: 'could not extend file "base/16384/24576": No space left on device',
      },
      { service: app.name, level: 'error', from: t0, perMinute: 8, text: 'write failed: disk full (SQLSTATE 53100)' },
    ],
    alert: { service: app.name, signal: 'errors', from: alertAt },
    ...(guilty ? {} : { truth: nobody(store.name, 'latent', [app.name]) }),
  });
};

export const largeTenant: Family = (scene) => {
  const { company, draw, t0 } = scene;
  const app = draw.pick(ofRole(company, 'app'));
  const tenant = draw.pick(['umbrella', 'hooli', 'stark']);
  const over = since(t0, 240);
  return made(scene, app.name, 'traffic', {
    strains: [{ service: app.name, slower: times(over, app.p99 * draw.between(3, 10)), only: { tenant } }],
    told: [
      {
        service: app.name,
        level: 'warn',
        from: t0,
        perMinute: 4,
        text: `slow request tenant=${tenant} rows=48211 took 9120ms`,
      },
    ],
    alert: { service: app.name, signal: 'latency', from: scene.alertAt },
    truth: nobody(app.name, 'traffic', []),
  });
};

/** A probe that cannot log in any more; visitors feel nothing. */
export const falseAlarm: Family = (scene) => {
  const { company, t0 } = scene;
  const [edge] = ofRole(company, 'edge');
  const name = edge?.name ?? '';
  return made(scene, name, 'probe', {
    moves: [{ service: name, concept: 'probe', value: (usual, at) => (at >= t0 ? 0 : usual) }],
    told: [
      {
        service: 'synthetics',
        level: 'error',
        from: t0,
        perMinute: 1,
        text: 'check journey-login failed at step 2: 401 Unauthorized (password of probe user expired)',
      },
    ],
    alert: { service: name, signal: 'probe', from: scene.alertAt },
    truth: { verdict: 'no_impact', service: 'synthetics', kind: 'probe', accept: ['synthetics', name, null] },
  });
};

/** Two faults within minutes; either is an answer, another change is none. */
export const twoCauses: Family = (scene) => {
  const one = poolTooSmall(scene);
  const other = manyQueries({ ...scene, t0: scene.t0 + scene.draw.between(90, 240) });
  return {
    ...one,
    strains: [...one.strains, ...other.strains],
    moves: [...one.moves, ...other.moves],
    told: [...one.told, ...other.told],
    changes: [...one.changes, ...other.changes],
    onset: [...one.onset, ...other.onset],
  };
};

/** Rolled back before anybody looked: what was guilty may be told, the way back must not be blamed. */
export const healed: Family = (scene) => {
  const { company, draw, t0, alertAt } = scene;
  const app = draw.pick(ofRole(company, 'app'));
  const back = alertAt + draw.between(1, 4) * 60;
  const on = since(t0, 40);
  const over = (at: number) => (at > back ? 0 : on(at));
  const guilty = blamed(scene, code(company, app.name, 'canary', draw));
  return made(scene, app.name, 'deploy', {
    changes: [
      guilty,
      {
        ...guilty,
        guilty: false,
        at: Math.round(back - 20),
        title: `Revert "${guilty.title}"`,
        minus: guilty.plus,
        plus: guilty.minus,
      },
    ],
    strains: [{ service: app.name, failing: times(over, draw.between(0.05, 0.3)) }],
    told: [
      {
        service: app.name,
        level: 'error',
        from: t0,
        to: back,
        perMinute: 14,
        text: 'request failed: unexpected token in response of schema v3',
      },
    ],
    alert: { service: app.name, signal: 'errors', from: alertAt },
    truth: { verdict: 'root_cause_identified', service: app.name, kind: 'deploy', accept: [app.name, null] },
  });
};

export const late: Family = (scene) => manyQueries(scene);
