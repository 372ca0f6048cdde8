import { Command } from 'commander';
import { databaseUrl } from '../config.ts';
import { wrongUse } from './fail.ts';
import { dataDir, type Environment } from './place.ts';
import { printJson, type Terminal, terminal } from './terminal.ts';

interface Flags {
  data?: string;
  json?: boolean;
  dryRun?: boolean;
}

export function moveCommand(env: Environment, out: Terminal): Command {
  return new Command('move')
    .description('carry what a data directory holds into the database of DATABASE_URL, whole or not at all')
    .option('--data <dir>', 'the data directory (VIGIL_DATA; default .vigil)')
    .option('--dry-run', 'read everything and look at the database, change nothing')
    .option('--json', 'print data instead of text')
    .addHelpText(
      'after',
      '\nStop the server first. The database of DATABASE_URL must not have been used by Vigil; its user needs CREATE. Keys stay in' +
        '\nthe data directory, and so do the files, in a folder of their own.\n' +
        '\nExamples:\n  vigil move --dry-run\n  vigil move --data /srv/vigil',
    )
    .action(async (flags: Flags) => {
      const url = databaseUrl(env);
      if (url === null) throw wrongUse('Set DATABASE_URL to the database that everything is to be carried into.');
      const told = flags.json ? terminal(process.stderr) : out;
      const place = dataDir(flags, env);
      // Loaded here: other commands need no database.
      const { moveToPostgres } = await import('../move.ts');
      const dryRun = flags.dryRun === true;
      const found = await moveToPostgres(place, url, {
        dryRun,
        now: new Date(),
        tell: (line) => told.line(`  ${line}`),
      });
      const { logs, events, files, remembered, head, kept } = found;
      if (flags.json) {
        printJson({ data_dir: place, moved: !dryRun, logs, events, files, remembered, head, kept });
        return;
      }
      const all = `${events} events in ${logs} logs, ${files} files, ${remembered} rows of incidents`;
      out.line(dryRun ? `Whole, and would be carried over: ${all}.` : `Carried over, each as it was: ${all}.`);
      out.line(`Last hash: ${head}`);
      if (!dryRun) out.line(`Start with DATABASE_URL set: vigil serve --data ${place}`);
      if (kept !== null) out.line(`The files are kept in ${kept}.`);
    });
}
