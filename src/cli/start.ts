/** Starts a whole Vigil in this process for one world, on a free port, with data of its own. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { loadConfig, NO_CHANGE_SOURCES } from '../config.ts';
import { type Api, connect } from './api.ts';
import type { Environment } from './place.ts';
import type { WorldFolder } from './worlds.ts';

export interface Started {
  api: Api;
  hookToken: string;
  dataDir: string;
  close(): Promise<void>;
  /** Closes, and removes the data. */
  discard(): Promise<void>;
}

export async function startForWorld(world: WorldFolder, env: Environment, data: string | null): Promise<Started> {
  const dataDir = data === null ? await mkdtemp(join(tmpdir(), 'vigil-')) : resolve(data);
  await mkdir(dataDir, { recursive: true });
  const config = loadConfig(withoutAccounts(env), { world: world.dir, data: dataDir, host: '127.0.0.1', port: 0 });
  // Loaded here, because every other command answers a second sooner without the server.
  const { startVigil } = await import('../main.ts');
  const vigil = await startVigil({
    ...config,
    ...{
      forge: 'git',
      github: null,
      chat: 'none',
      slack: null,
      webhookRoom: null,
      prometheus: [],
      loki: [],
      jaeger: [],
      tempo: [],
      alertmanager: [],
      datadog: null,
      changes: NO_CHANGE_SOURCES,
    },
  });
  return {
    api: connect({ url: vigil.url, apiKey: vigil.apiKey }),
    hookToken: vigil.hookToken,
    dataDir,
    close: () => vigil.close(),
    async discard() {
      await vigil.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** A recorded incident is nobody's business on Slack, its pull request fits no repository but its own, and so its telemetry. */
function withoutAccounts(env: Environment): Environment {
  const kept = Object.entries(env).filter(
    ([name]) => !/^(CHAT|SLACK|GITHUB|PROMETHEUS|LOKI|JAEGER|TEMPO|ALERTMANAGER|DD|ARGOCD|KUBERNETES)_/.test(name),
  );
  return { VIGIL_LOG_LEVEL: 'silent', ...Object.fromEntries(kept) };
}
