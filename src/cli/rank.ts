import { Command } from 'commander';
import { renderTable } from './render/table.ts';
import { printJson, type Terminal } from './terminal.ts';
import { findWorld } from './worlds.ts';

export function rankCommand(out: Terminal): Command {
  return new Command('rank')
    .description('rank services and changes of a recorded incident by statistics alone; no model, nothing stored')
    .argument('<world>', 'a folder that holds world.json, or the name of a bundled world')
    .option('--json', 'print {onset, services, changes, verdict} as one line of JSON')
    .addHelpText('after', '\nExamples:\n  vigil rank s1-connection-leak\n  vigil rank fixtures/s1-twin --json')
    .action(async (name: string, flags: { json?: boolean }) => {
      const world = await findWorld(name);
      // Loaded here: other commands need neither tools nor statistics.
      const { rankFolder } = await import('../rank.ts');
      const ranking = await rankFolder(world.dir);
      if (flags.json) {
        printJson(ranking);
        return;
      }
      out.line(`verdict  ${ranking.verdict}`);
      out.line(`onset    ${ranking.onset ?? 'none found'}`);
      const tables = [
        renderTable(
          ['SERVICE', 'SCORE'],
          scores(ranking.services.map(({ name: id, score }) => ({ id, score }))),
          out.paint,
          out.columns,
        ),
        renderTable(['CHANGE', 'SCORE'], scores(ranking.changes), out.paint, out.columns),
      ];
      for (const line of tables.flatMap((table) => ['', ...table])) out.line(line);
    });
}

function scores(ranked: { id: string; score: number }[]): string[][] {
  return ranked.slice(0, 10).map(({ id, score }) => [id, score.toFixed(3)]);
}
