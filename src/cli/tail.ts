import { Command } from 'commander';
import { connect } from './api.ts';
import { CommandFailed } from './fail.ts';
import { follow, type News } from './follow.ts';
import { sequence } from './numbers.ts';
import { type Environment, findPlace, type PlaceFlags, withPlace } from './place.ts';
import { renderEntry } from './render/entry.ts';
import { cleanJson, oneLine } from './render/wrap.ts';
import type { Terminal } from './terminal.ts';
import { incidentPage } from './wire.ts';

interface Flags extends PlaceFlags {
  after: number;
  json?: boolean;
}

/** States after which nothing more is expected; `tail` ends there. */
const ended = new Set(['resolved', 'failed', 'concluded']);

export function tailCommand(env: Environment, out: Terminal): Command {
  return withPlace(new Command('tail'))
    .description('follow an incident as it happens')
    .argument('[incident]', 'an incident id; the newest one when left out')
    .option('--after <seq>', 'start after this timeline entry', sequence, 0)
    .option('--json', 'one JSON object a line')
    .addHelpText('after', '\nExamples:\n  vigil tail\n  vigil tail inc_019a… --json')
    .action(async (given: string | undefined, flags: Flags) => {
      const api = connect(await findPlace(flags, env));
      const id = given ?? (await api.get('/api/incidents?limit=1', incidentPage)).data[0]?.id;
      if (id === undefined) {
        throw new CommandFailed('There is no incident yet.', { hint: 'Send an alert; `vigil serve` prints how.' });
      }
      const stop = new AbortController();
      process.once('SIGINT', () => stop.abort());
      for await (const news of follow(api, id, flags.after, stop.signal)) {
        tell(news, flags, out);
        if (news.is === 'incident' && ended.has(news.incident.state.is)) stop.abort();
      }
    });
}

function tell(news: News, flags: Flags, out: Terminal): void {
  if (flags.json) process.stdout.write(`${cleanJson(JSON.stringify(news))}\n`);
  else if (news.is === 'timeline') out.line(renderEntry(news.entry, out.paint, out.columns, null));
  else if (news.is === 'incident' && ended.has(news.incident.state.is)) {
    out.line(out.paint('dim', `${news.incident.id} is ${news.incident.state.is}: ${oneLine(news.incident.title)}`));
  }
}
