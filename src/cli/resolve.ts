import { Command } from 'commander';
import { z } from 'zod';
import { connect } from './api.ts';
import { type Environment, findPlace, type PlaceFlags, withPlace } from './place.ts';
import { printJson, type Terminal } from './terminal.ts';
import { incident } from './wire.ts';

export function resolveCommand(env: Environment, out: Terminal): Command {
  return withPlace(new Command('resolve'))
    .description('end an incident; what still waits for approval is withdrawn')
    .argument('<incident>', 'an incident id')
    .option('--as <name>', 'who resolves it, for the record')
    .option('--json', 'print the resolved incident')
    .addHelpText('after', '\nExample:\n  vigil resolve inc_019a… --as ann')
    .action(async (id: string, flags: PlaceFlags & { as?: string; json?: boolean }) => {
      const api = connect(await findPlace(flags, env));
      const named = flags.as === undefined ? {} : { name: flags.as };
      const answer = await api.post(`/api/incidents/${encodeURIComponent(id)}/resolve`, named, z.object({ incident }));
      if (flags.json) printJson(answer.incident);
      else out.line(`${id} is resolved. \`vigil postmortem ${id}\` drafts what to write about it.`);
    });
}
