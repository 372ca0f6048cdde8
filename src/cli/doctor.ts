import { Command } from 'commander';
import { databaseUrl } from '../config.ts';
import { checkChanges } from './doctor/changes.ts';
import { type Check, note } from './doctor/check.ts';
import { checkGithub } from './doctor/github.ts';
import { checkDataDir, checkGit, checkNode, checkPort, checkSqlite } from './doctor/machine.ts';
import { checkModel } from './doctor/model.ts';
import { checkPostgres, checkShared } from './doctor/postgres.ts';
import { checkKey, checkServer } from './doctor/server.ts';
import { checkSlack } from './doctor/slack.ts';
import { checkTelemetry } from './doctor/telemetry.ts';
import { CommandFailed } from './fail.ts';
import { dataDir, type Environment, findPlace, type PlaceFlags, serverUrl, withPlace } from './place.ts';
import { clean } from './render/wrap.ts';
import { printJson, type Terminal } from './terminal.ts';

export function doctorCommand(env: Environment, out: Terminal, version: string): Command {
  return withPlace(new Command('doctor'))
    .description('check this machine, the server and the accounts, and say how to mend what is wrong')
    .option('--config <file>', 'settings (VIGIL_CONFIG; default: vigil.yaml, where there is one)')
    .option('--json', 'print data instead of text')
    .addHelpText('after', '\nExamples:\n  vigil doctor\n  vigil doctor --url https://vigil.example.com --key … --json')
    .action(async (flags: PlaceFlags & { config?: string; json?: boolean }) => {
      const configured = flags.config === undefined ? env : { ...env, VIGIL_CONFIG: flags.config };
      const checks = await examine(flags, configured, version);
      const failed = checks.filter((check) => check.verdict === 'fail').length;
      if (flags.json) printJson({ ok: failed === 0, checks });
      else show(checks, out);
      if (failed > 0) throw new CommandFailed(`${failed} of ${checks.length} checks failed.`);
    });
}

async function examine(flags: PlaceFlags, env: Environment, version: string): Promise<Check[]> {
  const url = serverUrl(flags, env);
  const { hostname, port, protocol } = new URL(url);
  const [machine, postgres, shared, server, model, slack, github, telemetry, changes] = await Promise.all([
    Promise.all([checkNode(), checkGit(), checkSqlite(), checkDataDir(dataDir(flags, env))]),
    checkPostgres(databaseUrl(env)),
    checkShared(env, dataDir(flags, env)),
    checkServer(url, version),
    checkModel(env),
    checkSlack(env),
    checkGithub(env),
    checkTelemetry(env),
    checkChanges(env),
  ]);
  const there = server.answers
    ? await findPlace(flags, env).then(checkKey, () => note('key', 'none found here', 'Give it with --key or --data.'))
    : await checkPort(hostname, Number(port || (protocol === 'https:' ? 443 : 80)));
  return [...machine, ...postgres, ...shared, ...server.checks, there, model, slack, github, ...telemetry, ...changes];
}

const signs = { ok: ['green', '✓'], note: ['yellow', '•'], fail: ['red', '✗'] } as const;

function show(checks: Check[], out: Terminal): void {
  const width = Math.max(10, ...checks.map(({ name }) => name.length));
  for (const { name, verdict, detail, fix } of checks) {
    const [format, sign] = signs[verdict];
    out.line(`${out.paint(format, sign)} ${name.padEnd(width)} ${clean(detail)}`);
    if (fix !== null) out.line(out.paint('dim', `${' '.repeat(width + 3)}${fix}`));
  }
}
