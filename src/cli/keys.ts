import { Command, Option } from 'commander';
import { z } from 'zod';
import { type Api, connect } from './api.ts';
import { count, days, seconds } from './numbers.ts';
import { type Environment, findPlace, type PlaceFlags, withPlace } from './place.ts';
import { printPage } from './render/page.ts';
import { printJson, type Terminal } from './terminal.ts';

const key = z.object({
  id: z.string(),
  name: z.string(),
  workspace_id: z.string(),
  scope: z.string(),
  created_at: z.string(),
  expires_at: z.string().nullable(),
  revoked_at: z.string().nullable(),
  /** Null but in the answer that made it. */
  key: z.string().nullable(),
});
type Key = z.output<typeof key>;
const page = z.object({ data: z.array(key), next_page: z.string().nullable() });

interface Flags extends PlaceFlags {
  json?: boolean;
}
interface CreateFlags extends Flags {
  workspace?: string;
  name?: string;
  scope: string;
  expires?: number;
}

/** Beside the server's own key, which stands in its data directory and opens everything. */
export function keysCommand(env: Environment, out: Terminal): Command {
  const api = async (flags: PlaceFlags): Promise<Api> => connect(await findPlace(flags, env));
  const tell = (made: Key, flags: Flags): void => (flags.json ? printJson(made) : show(made, out));
  const command = new Command('keys')
    .description('list, make, rotate and revoke API keys, each of which opens one workspace')
    .addHelpText(
      'after',
      '\nExamples:\n  vigil keys\n  vigil keys create --workspace wrkspc_01… --scope read --name dashboard --expires 90\n  vigil keys rotate apikey_01… --grace 3600\n  vigil keys revoke apikey_01…',
    );
  withPlace(command.command('list', { isDefault: true }))
    .description('newest first')
    .option('--workspace <id>', 'those of this one; default: of the workspace the key at hand opens')
    .option('--revoked', 'those too that are revoked')
    .option('--limit <n>', 'at most so many', count, 20)
    .option('--json', 'print data instead of text')
    .action(async (flags: Flags & { workspace?: string; revoked?: boolean; limit: number }) => {
      const query = new URLSearchParams({
        limit: String(flags.limit),
        include_revoked: String(flags.revoked ?? false),
      });
      if (flags.workspace !== undefined) query.set('workspace_id', flags.workspace);
      const found = await (await api(flags)).get(`/v1/admin/api_keys?${query}`, page);
      if (flags.json) printJson(found);
      else printPage(found, columns, out);
    });
  withPlace(command.command('create'))
    .description('make one; it is shown once')
    .option('--workspace <id>', 'what it opens; default: the workspace the key at hand opens')
    .option('--name <name>', 'what it is for')
    .addOption(new Option('--scope <scope>', 'what it may do').choices(['read', 'write', 'admin']).default('write'))
    .option('--expires <days>', 'when it ends by itself; default: never', days)
    .option('--json', 'print data instead of text')
    .action(async (flags: CreateFlags) => {
      const { workspace, name, scope, expires } = flags;
      const wanted = {
        scope,
        ...(name === undefined ? {} : { name }),
        ...(workspace === undefined ? {} : { workspace_id: workspace }),
        ...(expires === undefined ? {} : { expires_in_seconds: expires * 86_400 }),
      };
      tell(await (await api(flags)).post('/v1/admin/api_keys', wanted, key), flags);
    });
  withPlace(command.command('rotate'))
    .description('give a key a new secret; it is shown once')
    .argument('<id>', 'an id as `vigil keys` lists it')
    .option('--grace <seconds>', 'how long the secret before goes on to work; default: not at all', seconds)
    .option('--json', 'print data instead of text')
    .action(async (id: string, flags: Flags & { grace?: number }) => {
      const path = `/v1/admin/api_keys/${encodeURIComponent(id)}/rotate`;
      tell(await (await api(flags)).post(path, { grace_seconds: flags.grace ?? 0 }, key), flags);
    });
  withPlace(command.command('revoke'))
    .description('end a key for good, from the next request on')
    .argument('<id>', 'an id as `vigil keys` lists it')
    .option('--json', 'print data instead of text')
    .action(async (id: string, flags: Flags) => {
      const path = `/v1/admin/api_keys/${encodeURIComponent(id)}/revoke`;
      const ended = await (await api(flags)).post(path, {}, key);
      if (flags.json) printJson(ended);
      else out.line(`Key ${ended.id} is revoked.`);
    });
  return command;
}

/** The secret stands alone on its line, to be copied. */
function show(made: Key, out: Terminal): void {
  const end = made.expires_at === null ? '' : ` until ${made.expires_at.slice(0, 10)}`;
  out.line(`Key ${made.id} opens workspace ${made.workspace_id} for ${made.scope}${end}:`);
  out.line();
  out.line(made.key ?? '');
  out.line();
  out.line('It is shown this once. Keep it now; `vigil keys rotate` gives another.');
}

const columns = {
  none: "None. The server's own key stands in its data directory; `vigil keys create` makes others.",
  head: ['KEY', 'CREATED', 'SCOPE', 'STATE', 'ENDS', 'NAME'],
  row: (one: Key) => [
    one.id,
    one.created_at.slice(0, 19),
    one.scope,
    stateOf(one),
    one.expires_at?.slice(0, 19) ?? 'never',
    one.name,
  ],
};

function stateOf({ revoked_at, expires_at }: Key): string {
  if (revoked_at !== null) return 'revoked';
  return expires_at !== null && expires_at <= new Date().toISOString() ? 'expired' : 'works';
}
