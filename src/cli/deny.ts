import { Command } from 'commander';
import { connect } from './api.ts';
import { decide, findAction } from './decide.ts';
import { type Environment, findPlace, type PlaceFlags, withPlace } from './place.ts';
import { renderOutcome } from './render/action.ts';
import { printJson, type Terminal } from './terminal.ts';

interface Flags extends PlaceFlags {
  reason: string;
  as?: string;
  json?: boolean;
}

export function denyCommand(env: Environment, out: Terminal): Command {
  return withPlace(new Command('deny'))
    .description('reject a proposed change; the investigator is told why')
    .argument('<action>', 'an action id, or an incident id for the action that waits there')
    .option('--reason <text>', 'why not', '')
    .option('--as <name>', 'who decides, for the record')
    .option('--json', 'print the decided action')
    .addHelpText('after', '\nExample:\n  vigil deny act_019a… --reason "the revert would drop a migration"')
    .action(async (id: string, flags: Flags) => {
      const api = connect(await findPlace(flags, env));
      const action = await findAction(api, id);
      const named = flags.as === undefined ? {} : { name: flags.as };
      const after = (await decide(api, action, { verdict: 'reject', reason: flags.reason, ...named })) ?? action;
      if (flags.json) printJson(after);
      else out.line(`${after.id} ${renderOutcome(after)}`);
    });
}
