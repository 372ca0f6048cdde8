import { Command } from 'commander';
import { z } from 'zod';
import { type Api, connect } from './api.ts';
import { count } from './numbers.ts';
import { type Environment, findPlace, type PlaceFlags, withPlace } from './place.ts';
import { printPage } from './render/page.ts';
import { printJson, type Terminal } from './terminal.ts';

const workspace = z.object({
  id: z.string(),
  name: z.string(),
  created_at: z.string(),
  archived_at: z.string().nullish(),
});
const page = z.object({ data: z.array(workspace), next_page: z.string().nullable() });

interface Flags extends PlaceFlags {
  json?: boolean;
}

/** Each with agents, sessions and secrets of its own. Only the server's own key may see to them. */
export function workspacesCommand(env: Environment, out: Terminal): Command {
  const api = async (flags: PlaceFlags): Promise<Api> => connect(await findPlace(flags, env));
  const command = new Command('workspaces')
    .description('list, make and archive workspaces: each sees its own agents, sessions and secrets only')
    .addHelpText(
      'after',
      '\nExamples:\n  vigil workspaces\n  vigil workspaces create payments\n  vigil workspaces archive wrkspc_01…',
    );
  withPlace(command.command('list', { isDefault: true }))
    .description('newest first, without the one the server itself works in')
    .option('--archived', 'those too that are archived')
    .option('--limit <n>', 'at most so many', count, 20)
    .option('--json', 'print data instead of text')
    .action(async (flags: Flags & { archived?: boolean; limit: number }) => {
      const query = new URLSearchParams({
        limit: String(flags.limit),
        include_archived: String(flags.archived ?? false),
      });
      const found = await (await api(flags)).get(`/v1/admin/workspaces?${query}`, page);
      if (flags.json) printJson(found);
      else printPage(found, columns, out);
    });
  withPlace(command.command('create'))
    .description('make one; it has no key yet')
    .argument('<name>', 'what people call it')
    .option('--json', 'print data instead of text')
    .action(async (name: string, flags: Flags) => {
      const made = await (await api(flags)).post('/v1/admin/workspaces', { name }, workspace);
      if (flags.json) printJson(made);
      else out.line(`Workspace ${made.id} is made. \`vigil keys create --workspace ${made.id}\` makes a key to it.`);
    });
  withPlace(command.command('archive'))
    .description('for good: its keys stop working at once; what it holds is kept')
    .argument('<workspace>', 'a workspace id')
    .option('--json', 'print data instead of text')
    .action(async (id: string, flags: Flags) => {
      const path = `/v1/admin/workspaces/${encodeURIComponent(id)}/archive`;
      const ended = await (await api(flags)).post(path, {}, workspace);
      if (flags.json) printJson(ended);
      else out.line(`Workspace ${ended.id} is archived: no key opens it any more, and what it holds is kept.`);
    });
  return command;
}

const columns = {
  none: "None but the server's own. `vigil workspaces create NAME` makes one.",
  head: ['WORKSPACE', 'CREATED', 'STATE', 'NAME'],
  row: (one: z.output<typeof workspace>) => [
    one.id,
    one.created_at.slice(0, 19),
    one.archived_at == null ? 'open' : 'archived',
    one.name,
  ],
};
