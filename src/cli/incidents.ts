import { Command } from 'commander';
import { connect } from './api.ts';
import { count } from './numbers.ts';
import { type Environment, findPlace, type PlaceFlags, withPlace } from './place.ts';
import { renderOutcome } from './render/action.ts';
import { renderEntry } from './render/entry.ts';
import { renderFinding } from './render/finding.ts';
import { renderHypotheses } from './render/hypotheses.ts';
import { renderTable } from './render/table.ts';
import { oneLine } from './render/wrap.ts';
import { printJson, type Terminal } from './terminal.ts';
import { type Incident, type IncidentDetail, incidentDetail, incidentPage } from './wire.ts';

interface Flags extends PlaceFlags {
  open?: boolean;
  limit: number;
  json?: boolean;
}

export function incidentsCommand(env: Environment, out: Terminal): Command {
  return withPlace(new Command('incidents'))
    .description('list incidents, newest first, or show one')
    .argument('[incident]', 'an incident id: shows its timeline, finding and actions')
    .option('--open', 'only those that are not resolved')
    .option('--limit <n>', 'at most so many', count, 20)
    .option('--json', 'print data instead of text')
    .addHelpText(
      'after',
      '\nExamples:\n  vigil incidents --open\n  vigil incidents inc_019a…\n  vigil incidents --json | jq ".data[0].state"',
    )
    .action(async (id: string | undefined, flags: Flags) => {
      const api = connect(await findPlace(flags, env));
      if (id === undefined) {
        const query = new URLSearchParams({ limit: String(flags.limit), ...(flags.open ? { open: 'true' } : {}) });
        const page = await api.get(`/api/incidents?${query}`, incidentPage);
        if (flags.json) printJson(page);
        else list(page.data, flags.limit, out);
        return;
      }
      const detail = await api.get(`/api/incidents/${encodeURIComponent(id)}`, incidentDetail);
      if (flags.json) printJson(detail);
      else show(detail, out);
    });
}

function list(incidents: Incident[], limit: number, out: Terminal): void {
  if (incidents.length === 0) {
    out.line('No incidents. `vigil demo` shows what one looks like.');
    return;
  }
  const rows = incidents.map((i) => [i.id, i.openedAt.slice(0, 19), i.severity, i.state.is, i.service ?? '-', i.title]);
  const head = ['INCIDENT', 'OPENED', 'SEVERITY', 'STATE', 'SERVICE', 'TITLE'];
  for (const line of renderTable(head, rows, out.paint, out.columns)) out.line(line);
  if (incidents.length === limit) out.line(out.paint('dim', 'There may be more: raise --limit.'));
}

function show({ incident, actions, evidence, timeline }: IncidentDetail, out: Terminal): void {
  out.line(out.paint('bold', oneLine(incident.title)));
  out.line(`${incident.id} · ${incident.severity} · ${incident.state.is} · ${evidence.length} pieces of evidence`);
  out.line();
  for (const entry of timeline) out.line(renderEntry(entry, out.paint, out.columns, null));
  if (incident.finding !== null) {
    out.line();
    for (const line of renderFinding(incident.finding, incident.review, out.paint, out.columns)) out.line(line);
    const cited = incident.finding.claims[0]?.evidence[0];
    if (cited !== undefined)
      out.line(out.paint('dim', `\n  what [${cited}] says: vigil evidence ${incident.id} ${cited}`));
  }
  for (const line of renderHypotheses(incident, out.paint, out.columns)) out.line(line);
  for (const action of actions) {
    out.line();
    out.line(`${action.id}  ${oneLine(action.plan.title)}: ${renderOutcome(action)}`);
    if (action.state.is === 'proposed') out.line(out.paint('dim', `decide with: vigil approve ${action.id}`));
  }
}
