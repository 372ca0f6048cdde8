import { Command } from 'commander';
import { databaseUrl } from '../config.ts';
import type { LogCheck } from '../verify-log.ts';
import { CommandFailed, wrongUse } from './fail.ts';
import { dataDir, type Environment } from './place.ts';
import { printJson, type Terminal } from './terminal.ts';

interface Flags {
  data?: string;
  json?: boolean;
  accept?: boolean;
}

export function verifyLogCommand(env: Environment, out: Terminal): Command {
  return new Command('verify-log')
    .description('read every line of the logs and see that each is what was written, in its place')
    .argument('[session]', 'one session or thread (default: all of them, and what they are together)')
    .option(
      '--data <dir>',
      'the data directory (VIGIL_DATA; default .vigil); not given and DATABASE_URL set: that database',
    )
    .option('--accept', 'first take the database as it is: let the server start that refuses it; it must not run')
    .option('--json', 'print data instead of text')
    .addHelpText(
      'after',
      '\nNeeds no server, and may run beside one. Ends with 1 when a row is broken and names the first of each log.' +
        '\nThe last hash, kept elsewhere, tells later that the history before it is still the same.\n' +
        '\nExamples:\n  vigil verify-log\n  vigil verify-log sesn_011CZkZAtmR3yMPDzynEDxu7 --json',
    )
    .action(async (session: string | undefined, flags: Flags) => {
      const found = await read(env, session ?? null, flags);
      if (flags.json) printJson({ whole: found.faults.length === 0, ...found });
      else for (const line of linesOf(found)) out.line(line);
      if (found.faults.length > 0) {
        throw new CommandFailed('The logs are not what was written.', {
          hint: 'Keep a copy of the data as evidence, and restore a backup: `vigil restore --help`.',
        });
      }
    });
}

async function read(env: Environment, session: string | null, flags: Flags): Promise<LogCheck> {
  const place = { dataDir: dataDir(flags, env), databaseUrl: flags.data === undefined ? databaseUrl(env) : null };
  if (flags.accept && place.databaseUrl !== null)
    throw wrongUse('--accept is for a data directory; a database of DATABASE_URL has no head beside it.');
  // Loaded here: other commands need no database.
  const { acceptLog, verifyLog } = await import('../verify-log.ts');
  if (flags.accept) await acceptLog(place);
  const found = await verifyLog(place, session);
  if (session !== null && found.logs === 0 && found.faults.length === 0)
    throw new CommandFailed(`There is no log of ${session} here.`, { hint: 'List them with `vigil sessions`.' });
  return found;
}

function linesOf({ logs, events, erased, faults, truncated, head }: LogCheck): string[] {
  const gone = erased === 0 ? '' : `, ${erased} erased`;
  const read = `${events} events in ${logs} logs${gone}`;
  if (faults.length === 0) return [`Whole: ${read}, each as it was written.`, `Last hash: ${head}`];
  const rows = faults.map(({ log, seq, event, what }) => {
    const where = [log ?? 'all logs', seq === null ? '' : `line ${seq}`, event === null ? '' : `(${event})`];
    return `${where.filter((part) => part !== '').join(' ')}: ${what}`;
  });
  return [`Broken, of ${read}:`, ...rows, ...(truncated ? ['and more'] : [])];
}
