import { Command } from 'commander';
import { z } from 'zod';
import { loadConfig } from '../config.ts';
import type { Closed } from '../export.ts';
import { connect } from './api.ts';
import { CommandFailed, codeOf, wrongUse } from './fail.ts';
import { type Environment, findPlace, type PlaceFlags, withPlace } from './place.ts';
import { oneLine } from './render/wrap.ts';
import { printJson, type Terminal } from './terminal.ts';

interface Flags extends PlaceFlags {
  out: string;
  world?: string;
  change?: string;
  service?: string;
  json?: boolean;
}

/** The server's own record, read by the same version: it is passed on whole. */
const closed = z.object({
  incident: z.looseObject({ state: z.object({ is: z.string() }), finding: z.unknown(), alerts: z.array(z.unknown()) }),
});

export function exportCommand(env: Environment, out: Terminal): Command {
  return withPlace(new Command('export'))
    .description('make a world of a closed incident, for `vigil eval` and `vigil replay`')
    .argument('<incident>', 'an incident id')
    .requiredOption('--out <folder>', 'a folder that does not exist yet')
    .option('--world <folder>', 'the sources are those of this recorded world; else those that are configured here')
    .option('--change <id>', 'the change that did it, when it was another than found; "none" for no change')
    .option('--service <name>', 'where it was, when that was another than found')
    .option('--json', 'print {folder, not_in_it}')
    .addHelpText('after', '\nExamples:\n  vigil export inc_019a… --out worlds/april\n  vigil eval worlds/april')
    .action(async (id: string, flags: Flags) => {
      const api = connect(await findPlace(flags, env));
      const { incident } = await api.get(`/api/incidents/${encodeURIComponent(id)}`, closed);
      const record = exportable(incident);
      // Loaded here: other commands need no sources.
      const { exportIncident } = await import('../export.ts');
      const config = loadConfig(env, flags.world === undefined ? {} : { world: flags.world });
      const told = { change: flags.change === 'none' ? null : flags.change, service: flags.service };
      const left = await exportIncident(config, record, told, flags.out).catch((cause: unknown) => {
        if (codeOf(cause) !== 'EEXIST') throw cause;
        throw wrongUse(`${flags.out} exists, and is left alone.`, 'Name a folder that does not exist yet with --out.');
      });
      if (flags.json) {
        printJson({ folder: flags.out, not_in_it: left });
        return;
      }
      out.line(`Written to ${flags.out}.`);
      for (const what of left) out.line(`  not in it: ${oneLine(what)}`);
    });
}

/** Guaranteed by the server: a record with a finding and alerts is an incident. */
function exportable(incident: z.infer<typeof closed>['incident']): Closed {
  if (incident.state.is !== 'resolved' || incident.finding === null || incident.alerts.length === 0)
    throw new CommandFailed(`It is ${incident.state.is}${incident.finding === null ? ' and has no finding' : ''}.`, {
      hint: 'Only what is resolved, and was found out, can be graded: `vigil resolve` ends an incident.',
    });
  return incident as unknown as Closed;
}
