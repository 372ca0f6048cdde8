import { Command } from 'commander';
import { z } from 'zod';
import { connect } from './api.ts';
import { count } from './numbers.ts';
import { type Environment, findPlace, type PlaceFlags, withPlace } from './place.ts';
import { printPage } from './render/page.ts';
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
  next_page: z.string().nullish(),
});

type Session = z.output<typeof page>['data'][number];

interface Flags extends PlaceFlags {
  limit: number;
  json?: boolean;
}

export function sessionsCommand(env: Environment, out: Terminal): Command {
  return withPlace(new Command('sessions'))
    .description('list agent sessions of the core, newest first')
    .option('--limit <n>', 'at most so many', count, 20)
    .option('--json', 'print data instead of text')
    .addHelpText('after', '\nExample:\n  vigil sessions --json')
    .action(async (flags: Flags) => {
      const api = connect(await findPlace(flags, env));
      const query = new URLSearchParams({ limit: String(flags.limit), beta: 'true' });
      const { data, next_page = null } = await api.get(`/v1/sessions?${query}`, page);
      if (flags.json) {
        printJson({ data });
        return;
      }
      printPage({ data, next_page }, columns, out);
    });
}

const columns = {
  none: 'None. An investigation has one; any other agent of `/v1` has its own.',
  head: ['SESSION', 'CREATED', 'STATUS', 'AGENT', 'TITLE'],
  row: (one: Session) => [one.id, one.created_at.slice(0, 19), one.status, one.agent?.name ?? '-', one.title ?? ''],
};
