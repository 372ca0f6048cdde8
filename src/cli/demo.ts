import { Command, Option } from 'commander';
import { choose } from './choose.ts';
import { type Choice, decide } from './decide.ts';
import { type Narrator, narrator } from './narrator.ts';
import { seconds } from './numbers.ts';
import type { Environment } from './place.ts';
import { renderAction } from './render/action.ts';
import { renderFinding } from './render/finding.ts';
import { renderEnd, renderModel } from './render/story.ts';
import { type Started, startForWorld } from './start.ts';
import { detailOf, sendAlert, untilRest } from './story.ts';
import { summarise } from './summary.ts';
import { printJson, type Terminal, terminal } from './terminal.ts';
import { untilStopped } from './until-stopped.ts';
import type { Action } from './wire.ts';
import { findWorld, type WorldFolder } from './worlds.ts';

interface Flags {
  approve?: boolean;
  reject?: boolean;
  reason: string;
  keep?: boolean;
  data?: string;
  json?: boolean;
  timeout: number;
}

export function demoCommand(env: Environment, out: Terminal): Command {
  return new Command('demo')
    .description('the whole story on this machine: alert, investigation, approval, pull request; no account needed')
    .argument('[world]', 'a recorded incident: a bundled name or a folder', 's1')
    .addOption(new Option('--approve', 'approve the proposed change without asking').conflicts('reject'))
    .addOption(new Option('--reject', 'reject it without asking').conflicts('approve'))
    .option('--reason <text>', 'with --reject: why not; the investigator is told', 'rejected in the demo')
    .option('--keep', 'leave the server running afterwards, until Ctrl+C')
    .option('--data <dir>', 'put the data there instead of into a temporary folder')
    .option('--json', 'print only the summary, as the last line')
    .option('--timeout <seconds>', 'give up after so long', seconds, 900)
    .addHelpText('after', '\nExamples:\n  vigil demo\n  vigil demo --approve --json\n  vigil demo r1 --keep')
    .action(async (name: string, flags: Flags) => {
      const world = await findWorld(name);
      const vigil = await startForWorld(world, env, flags.data ?? null);
      const told = flags.json ? terminal(process.stderr) : out;
      let leftovers = true;
      try {
        leftovers = await demo(world, vigil, flags, told);
        if (flags.keep) {
          told.line(`\n  The server stays at ${vigil.api.place.url}; Ctrl+C ends it.`);
          await untilStopped();
        }
      } finally {
        await (leftovers || flags.data !== undefined ? vigil.close() : vigil.discard());
      }
    });
}

/** True when something is left that a person may want to look at: a branch, or an open proposal. */
async function demo(world: WorldFolder, vigil: Started, flags: Flags, out: Terminal): Promise<boolean> {
  const began = performance.now();
  const { api } = vigil;
  const timeoutMs = flags.timeout * 1000;
  out.line(`${out.paint('bold', 'Vigil')}  ${world.summary}`);
  out.line(
    out.paint('dim', `       world ${world.name}, server ${api.place.url}, alert to /hooks/${world.alertSource}`),
  );
  out.line();
  const { id } = await sendAlert(api, world, vigil.hookToken);
  const narrate = narrator(out);
  const rest = await untilRest(api, id, { after: 0, timeoutMs }, narrate.tell);
  const found = await detailOf(api, id);
  for (const entry of found.timeline) if (entry.seq > narrate.last()) narrate.tell({ is: 'timeline', entry });
  narrate.pause();
  out.line();
  for (const line of found.incident.finding === null
    ? []
    : renderFinding(found.incident.finding, found.incident.review, out.paint, out.columns)) {
    out.line(line);
  }
  out.line(out.paint('dim', `\n  ${found.evidence.length} pieces of evidence · ${renderModel(found.incident.model)}`));
  if (rest.at === 'approval') await settle(rest.action, { id, timeoutMs, narrate, world, vigil, flags, out });

  const end = await detailOf(api, id);
  out.line();
  for (const line of renderEnd(end, out.paint)) out.line(line);
  const summary = summarise(world.name, end, (performance.now() - began) / 1000);
  if (flags.json) printJson({ ...summary, data_dir: vigil.dataDir });
  const leftovers = end.actions.some(({ state }) => state.is !== 'rejected');
  if (leftovers && flags.data === undefined) out.line(out.paint('dim', `    data of this run: ${vigil.dataDir}`));
  return leftovers;
}

interface Scene {
  id: string;
  timeoutMs: number;
  narrate: Narrator;
  world: WorldFolder;
  vigil: Started;
  flags: Flags;
  out: Terminal;
}

async function settle(action: Action, scene: Scene): Promise<void> {
  const { id, timeoutMs, narrate, world, vigil, flags, out } = scene;
  out.line();
  for (const line of renderAction(action, out.paint, out.columns)) out.line(line);
  out.line();
  const choice = await decision(action, flags, out);
  if (choice === null) {
    out.line('  Nothing was decided; the proposal stays open. To decide later:');
    out.line(`    vigil serve --world ${world.dir} --data ${vigil.dataDir}`);
    out.line(`    vigil approve ${action.id} --data ${vigil.dataDir}`);
    return;
  }
  await decide(vigil.api, action, choice);
  await untilRest(vigil.api, id, { after: narrate.last(), timeoutMs, decided: true }, narrate.tell);
  narrate.pause();
}

async function decision(action: Action, flags: Flags, out: Terminal): Promise<Choice | null> {
  if (flags.approve) return { verdict: 'approve', name: 'demo --approve' };
  if (flags.reject) return { verdict: 'reject', reason: flags.reason, name: 'demo --reject' };
  return out.interactive ? choose(action, out) : null;
}
