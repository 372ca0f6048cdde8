import { Command } from 'commander';
import { z } from 'zod';
import { type Api, connect } from './api.ts';
import { personHere } from './decide.ts';
import { follow } from './follow.ts';
import { seconds } from './numbers.ts';
import { type Environment, findPlace, type PlaceFlags, withPlace } from './place.ts';
import { renderEntry } from './render/entry.ts';
import { printJson, type Terminal } from './terminal.ts';
import { incidentDetail, type TimelineEntry, timelineEntry } from './wire.ts';

interface Flags extends PlaceFlags {
  as?: string;
  timeout: number;
  wait: boolean;
  json?: boolean;
}

export function askCommand(env: Environment, out: Terminal): Command {
  return withPlace(new Command('ask'))
    .description('ask the investigator something, or tell it what you know; it stands in the story of the incident')
    .argument('<incident>', 'an incident id')
    .argument('<words...>', 'a question, a guess, an objection')
    .option('--as <name>', 'who asks, for the record')
    .option('--no-wait', 'do not wait for the answer')
    .option('--timeout <seconds>', 'wait so long', seconds, 120)
    .option('--json', 'print {asked, answer}')
    .addHelpText(
      'after',
      '\nExamples:\n  vigil ask inc_019a… "Could it be the campaign of 13:07?"\n  vigil ask inc_019a… "The pool was resized by hand at 11:40" --no-wait',
    )
    .action(async (id: string, words: string[], flags: Flags) => {
      const api = connect(await findPlace(flags, env));
      const remark = { text: words.join(' '), name: flags.as ?? personHere() };
      const said = z.object({ entry: timelineEntry });
      const { entry } = await api.post(`/api/incidents/${encodeURIComponent(id)}/remarks`, remark, said);
      if (!flags.json) out.line(renderEntry(entry, out.paint, out.columns, null));
      const answer = flags.wait ? await answerTo(api, id, entry, flags.timeout) : null;
      if (flags.json) printJson({ asked: entry, answer });
      else if (answer !== null) out.line(renderEntry(answer, out.paint, out.columns, null));
      else out.line(await whyNone(api, id, flags.wait));
    });
}

/** The next thing that the investigator says; null when it says nothing in time. */
async function answerTo(api: Api, id: string, asked: TimelineEntry, timeout: number): Promise<TimelineEntry | null> {
  for await (const news of follow(api, id, asked.seq, AbortSignal.timeout(timeout * 1000))) {
    if (news.is === 'incident' && news.incident.state.is === 'needs_approval') return null;
    if (news.is === 'timeline' && news.entry.actor === 'agent' && news.entry.kind === 'hypothesis') return news.entry;
  }
  return null;
}

async function whyNone(api: Api, id: string, waited: boolean): Promise<string> {
  const { incident } = await api.get(`/api/incidents/${encodeURIComponent(id)}`, incidentDetail);
  if (incident.state.is === 'needs_approval')
    return `It answers when the change that waits is decided: vigil approve ${id}, or vigil deny ${id}.`;
  return `${waited ? 'No answer yet' : 'Told'}; it will stand in the story: vigil tail ${id}.`;
}
