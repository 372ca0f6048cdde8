import { Command } from 'commander';
import { seconds } from './numbers.ts';
import type { Environment } from './place.ts';
import { renderAction } from './render/action.ts';
import { renderFinding } from './render/finding.ts';
import { renderHypotheses } from './render/hypotheses.ts';
import { renderPlanted } from './render/planted.ts';
import { startForWorld } from './start.ts';
import { detailOf, sendAlert, untilRest } from './story.ts';
import { summarise } from './summary.ts';
import { printJson, type Terminal } from './terminal.ts';
import type { IncidentDetail } from './wire.ts';
import { findWorld } from './worlds.ts';

interface Flags {
  json?: boolean;
  timeout: number;
}

export function replayCommand(env: Environment, out: Terminal): Command {
  return new Command('replay')
    .description('investigate a recorded incident once, up to its finding; nothing is approved')
    .argument('<world>', 'a folder that holds world.json, or the name of a bundled world')
    .option('--json', 'print the summary as one line of JSON')
    .option('--timeout <seconds>', 'give up after so long', seconds, 900)
    .addHelpText(
      'after',
      '\nExamples:\n  vigil replay s1-connection-leak\n  vigil replay fixtures/r1-broken-probe --json',
    )
    .action(async (name: string, flags: Flags) => {
      const world = await findWorld(name);
      const began = performance.now();
      const vigil = await startForWorld(world, env, null);
      try {
        const { id } = await sendAlert(vigil.api, world, vigil.hookToken);
        await untilRest(vigil.api, id, { after: 0, timeoutMs: flags.timeout * 1000 }, () => undefined);
        const detail = await detailOf(vigil.api, id);
        const summary = summarise(world.name, detail, (performance.now() - began) / 1000);
        if (flags.json) return printJson(summary);
        for (const line of told(detail, out)) out.line(line);
        out.line();
        out.line(
          out.paint('dim', `${summary.evidence_count} pieces of evidence, ${summary.seconds} s, ${summary.model}`),
        );
      } finally {
        await vigil.discard();
      }
    });
}

function told({ incident, actions }: IncidentDetail, { paint, columns }: Terminal): string[] {
  const { finding, review } = incident;
  return [
    ...(finding === null ? [] : renderFinding(finding, review, paint, columns)),
    ...renderHypotheses(incident, paint, columns),
    ...renderPlanted(incident, paint, columns),
    ...actions.flatMap((action) => renderAction(action, paint, columns)),
  ];
}
