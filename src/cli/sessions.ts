import { Command } from 'commander';
import { z } from 'zod';
import { connect } from './api.ts';
import { type Environment, findPlace, type PlaceFlags, withPlace } from './place.ts';
import { renderTable } from './render/table.ts';
import { printJson, type Terminal } from './terminal.ts';

const page = z.object({
  data: z.array(
    z.object({
      id: z.string(),
      status: z.string(),
      title: z.string().nullish(),
      created_at: z.string(),
      agent: z.object({ name: z.string().nullish(), model: z.unknown() }).nullish(),
    }),
  ),
});

interface Flags extends PlaceFlags {
  limit: string;
  json?: boolean;
}

export function sessionsCommand(env: Environment, out: Terminal): Command {
  return withPlace(new Command('sessions'))
    .description('list agent sessions of the core, newest first')
    .option('--limit <n>', 'at most so many', '20')
    .option('--json', 'print data instead of text')
    .addHelpText('after', '\nExample:\n  vigil sessions --json')
    .action(async (flags: Flags) => {
      const api = connect(await findPlace(flags, env));
      const query = new URLSearchParams({ limit: flags.limit, beta: 'true' });
      const { data } = await api.get(`/v1/sessions?${query}`, page);
      if (flags.json) {
        printJson({ data });
        return;
      }
      const rows = data.map((s) => [s.id, s.created_at.slice(0, 19), s.status, s.agent?.name ?? '-', s.title ?? '']);
      for (const line of renderTable(
        ['SESSION', 'CREATED', 'STATUS', 'AGENT', 'TITLE'],
        rows,
        out.paint,
        out.columns,
      )) {
        out.line(line);
      }
    });
}
