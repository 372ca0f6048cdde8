import { Command } from 'commander';
import { stringify } from 'yaml';
import { loadConfig, settingsSchema } from '../config.ts';
import type { Environment } from './place.ts';
import { cleanJson } from './render/wrap.ts';
import { printJson, type Terminal } from './terminal.ts';

interface Flags {
  config?: string;
  json?: boolean;
}

export function configCommand(env: Environment, out: Terminal): Command {
  const command = new Command('config')
    .description('what vigil.yaml, the environment and the defaults come to, or what may stand in vigil.yaml')
    .addHelpText(
      'after',
      '\nExamples:\n  vigil config\n  vigil config --config /etc/vigil/vigil.yaml --json\n  vigil config schema > vigil.schema.json',
    );
  command
    .command('show', { isDefault: true })
    .description('check it and print what counts; of secrets only whether they are there')
    .option('--config <file>', 'settings (VIGIL_CONFIG; default: vigil.yaml, where there is one)')
    .option('--json', 'print data instead of text')
    .action((flags: Flags) => {
      const shown = withoutSecrets(loadConfig(env, flags.config === undefined ? {} : { config: flags.config }));
      if (flags.json) printJson(shown);
      else out.line(stringify(shown).trimEnd());
    });
  command
    .command('schema')
    .description('print the JSON Schema of vigil.yaml, for editors')
    .action(() => void process.stdout.write(`${cleanJson(JSON.stringify(settingsSchema(), null, 2))}\n`));
  return command;
}

const SECRET = /(key|token|secret)$/i;

/** A value that opens something is shown as `set`; a password within an address is cut out of it. */
function withoutSecrets(value: unknown, name = ''): unknown {
  if (typeof value === 'string') return SECRET.test(name) ? 'set' : withoutPassword(value);
  if (Array.isArray(value)) return value.map((item) => withoutSecrets(item));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutSecrets(item, key)]));
}

function withoutPassword(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || (url.username === '' && url.search === '')) return text;
  // A name alone may be a token.
  if (url.password === '' && url.username !== '') url.username = 'set';
  if (url.password !== '') url.password = 'set';
  // Where a driver takes a password, too.
  if (url.searchParams.has('password')) url.searchParams.set('password', 'set');
  return url.href;
}
