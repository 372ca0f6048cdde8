import { writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import { z } from 'zod';
import { connect } from './api.ts';
import { codeOf, wrongUse } from './fail.ts';
import { type Environment, findPlace, type PlaceFlags, withPlace } from './place.ts';
import { printJson, type Terminal } from './terminal.ts';

const draft = z.object({ markdown: z.string() });

export function postmortemCommand(env: Environment, out: Terminal): Command {
  return withPlace(new Command('postmortem'))
    .description('draft a postmortem from the record of an incident, as Markdown')
    .argument('<incident>', 'an incident id')
    .option('--out <file>', 'write it there; an existing file is left alone')
    .option('--json', 'print {markdown}, or with --out {file}')
    .addHelpText('after', '\nExamples:\n  vigil postmortem inc_019a…\n  vigil postmortem inc_019a… --out 2026-11-21.md')
    .action(async (id: string, flags: PlaceFlags & { out?: string; json?: boolean }) => {
      const api = connect(await findPlace(flags, env));
      const { markdown } = await api.get(`/api/incidents/${encodeURIComponent(id)}/postmortem`, draft);
      if (flags.out === undefined) {
        if (flags.json) printJson({ markdown });
        else process.stdout.write(markdown);
        return;
      }
      await writeFile(flags.out, markdown, { flag: 'wx' }).catch((cause: unknown) => {
        if (codeOf(cause) !== 'EEXIST') throw cause;
        throw wrongUse(`${flags.out} exists, and is left alone.`, 'Name another file with --out.');
      });
      if (flags.json) printJson({ file: flags.out });
      else out.line(`Written to ${flags.out}.`);
    });
}
