import { resolve } from 'node:path';
import { Command } from 'commander';
import { databaseUrl } from '../config.ts';
import { dataDir, type Environment } from './place.ts';
import { printJson, type Terminal, terminal } from './terminal.ts';

interface Flags {
  data?: string;
  json?: boolean;
  check?: boolean;
}

export function backupCommand(env: Environment, out: Terminal): Command {
  return new Command('backup')
    .description('copy everything the data directory and the database of DATABASE_URL hold, while servers run')
    .argument('<folder>', 'where to: new or empty; it will hold the secrets too')
    .option('--data <dir>', 'the data directory (VIGIL_DATA; default .vigil)')
    .option('--check', 'copy nothing: read the backup in this folder and see that it is whole')
    .option('--json', 'print data instead of text')
    .addHelpText('after', '\nExamples:\n  vigil backup /backups/2026-11-21\n  vigil backup --check /backups/2026-11-21')
    .action(async (folder: string, flags: Flags) => {
      const told = flags.json ? terminal(process.stderr) : out;
      const tell = (line: string) => told.line(`  ${line}`);
      // Loaded here: other commands need no database.
      const { backUp } = await import('../backup/back-up.ts');
      const { verify } = await import('../backup/manifest.ts');
      const target = resolve(folder);
      const manifest = await (flags.check
        ? verify(target, tell)
        : backUp(dataDir(flags, env), target, { databaseUrl: databaseUrl(env), tell }));
      const bytes = manifest.files.reduce((sum, { size }) => sum + size, 0);
      if (flags.json)
        printJson({ folder: target, taken_at: manifest.taken_at, files: manifest.files.length, bytes, whole: true });
      else if (flags.check) out.line(`Whole: ${manifest.files.length} files of ${manifest.taken_at}.`);
      else out.line(`Backed up ${manifest.files.length} files to ${target}. Keep it as safe as the server's secrets.`);
    });
}

export function restoreCommand(env: Environment, out: Terminal): Command {
  return new Command('restore')
    .description('bring a backup back into a data directory, and a database, that are empty or do not exist yet')
    .argument('<backup>', 'the folder of the backup')
    .option('--data <dir>', 'the data directory (VIGIL_DATA; default .vigil)')
    .option('--dry-run', 'check the backup and the place, change nothing')
    .option('--json', 'print data instead of text')
    .addHelpText(
      'after',
      '\nExamples:\n  vigil restore /backups/2026-11-21 --data /srv/vigil\n  vigil restore /backups/2026-11-21 --dry-run',
    )
    .action(async (backup: string, flags: Flags & { dryRun?: boolean }) => {
      const told = flags.json ? terminal(process.stderr) : out;
      const { restore } = await import('../backup/restore.ts');
      const place = dataDir(flags, env);
      const manifest = await restore(resolve(backup), place, {
        databaseUrl: databaseUrl(env),
        dryRun: flags.dryRun === true,
        tell: (line) => told.line(`  ${line}`),
      });
      const done = flags.dryRun !== true;
      if (flags.json)
        printJson({ data_dir: place, taken_at: manifest.taken_at, files: manifest.files.length, restored: done });
      else if (done)
        out.line(
          `Restored ${manifest.files.length} files of ${manifest.taken_at} to ${place}. Start: vigil serve --data ${place}`,
        );
      else out.line(`The backup of ${manifest.taken_at} is whole and would be restored to ${place}.`);
    });
}
