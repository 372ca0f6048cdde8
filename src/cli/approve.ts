import { Command } from 'commander';
import { connect } from './api.ts';
import { choose } from './choose.ts';
import { type Choice, decide, findAction } from './decide.ts';
import { CommandFailed, wrongUse } from './fail.ts';
import { type Environment, findPlace, type PlaceFlags, withPlace } from './place.ts';
import { renderAction, renderOutcome } from './render/action.ts';
import { printJson, type Terminal } from './terminal.ts';
import type { Action } from './wire.ts';

interface Flags extends PlaceFlags {
  digest?: string;
  yes?: boolean;
  as?: string;
  json?: boolean;
}

export function approveCommand(env: Environment, out: Terminal): Command {
  return withPlace(new Command('approve'))
    .description('show the exact change that Vigil proposes, and approve it')
    .argument('<action>', 'an action id, or an incident id for the action that waits there')
    .option('--digest <sha256>', 'approve only if the proposal still has this digest, without asking')
    .option('--yes', 'do not ask')
    .option('--as <name>', 'who decides, for the record')
    .option('--json', 'print the decided action; needs --yes or --digest')
    .addHelpText('after', '\nExamples:\n  vigil approve act_019a…\n  vigil approve inc_019a… --yes --as ann')
    .action(async (id: string, flags: Flags) => {
      const api = connect(await findPlace(flags, env));
      const action = await findAction(api, id);
      if (!flags.json) for (const line of renderAction(action, out.paint, out.columns)) out.line(line);
      const made = await choice(action, flags, out);
      if (made === null) {
        out.line('Nothing was decided; the proposal stays open.');
        return;
      }
      const seen = flags.digest === undefined ? action : { id: action.id, digest: flags.digest };
      const after = (await decide(api, seen, made)) ?? action;
      if (flags.json) printJson(after);
      else out.line(`\n${after.id} ${renderOutcome(after)}`);
    });
}

async function choice(action: Action, flags: Flags, out: Terminal): Promise<Choice | null> {
  const named = flags.as === undefined ? {} : { name: flags.as };
  if (flags.yes || flags.digest !== undefined) return { verdict: 'approve', ...named };
  if (action.state.is !== 'proposed') {
    throw new CommandFailed(`${action.id} was decided already: ${renderOutcome(action)}.`);
  }
  if (!out.interactive || flags.json) {
    throw wrongUse('There is nobody to ask here.', 'Add --yes, or --digest with the digest you reviewed.');
  }
  const made = await choose(action, out);
  return made === null ? null : { ...made, ...named };
}
