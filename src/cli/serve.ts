import { Command } from 'commander';
import { loadConfig } from '../config.ts';
import { port } from './numbers.ts';
import type { Environment } from './place.ts';
import { serveHint } from './serve-hint.ts';
import type { Terminal } from './terminal.ts';
import { untilStopped } from './until-stopped.ts';
import { findWorld } from './worlds.ts';

interface Flags {
  host?: string;
  port?: number;
  data?: string;
  world?: string;
  model?: string;
  config?: string;
}

export function serveCommand(env: Environment, out: Terminal): Command {
  return new Command('serve')
    .description('run the server: webhooks in, investigations, approvals, the Managed Agents API at /v1')
    .option('--host <address>', 'address to listen on (VIGIL_HOST; default 127.0.0.1)')
    .option('--port <port>', 'port to listen on, 0 for a free one (VIGIL_PORT; default 8400)', port)
    .option('--data <dir>', 'where everything is kept (VIGIL_DATA; default .vigil)')
    .option('--model <id>', 'who investigates (VIGIL_MODEL; default: Claude with a key, else vigil-analyst)')
    .option('--config <file>', 'settings (VIGIL_CONFIG; default: vigil.yaml, where there is one)')
    .option('--world <world>', 'answer from a recorded incident instead of live telemetry')
    .addHelpText(
      'after',
      '\nExamples:\n  vigil serve\n  vigil serve --port 0 --data /var/lib/vigil\n  vigil serve --world s1-connection-leak',
    )
    .action(async (flags: Flags) => {
      const world = flags.world === undefined ? {} : { world: (await findWorld(flags.world)).dir };
      const config = loadConfig(env, { ...flags, ...world });
      const { startVigil } = await import('../main.ts');
      const vigil = await startVigil(config);
      out.line(`vigil listening on ${vigil.url}`);
      out.line('');
      const given = { apiKey: config.apiKey !== null, hookToken: config.hookToken !== null };
      for (const line of serveHint({ url: vigil.url, dataDir: config.dataDir, given }, process.cwd())) out.line(line);
      const signal = await untilStopped();
      out.line(`${signal}: finishing what is running`);
      await vigil.close();
    });
}
