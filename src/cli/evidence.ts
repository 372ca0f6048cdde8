import { Command } from 'commander';
import { connect } from './api.ts';
import { wrongUse } from './fail.ts';
import { type Environment, findPlace, type PlaceFlags, withPlace } from './place.ts';
import { isAsHashed, renderEvidence } from './render/evidence.ts';
import { renderTable } from './render/table.ts';
import { printJson, type Terminal } from './terminal.ts';
import { evidencePiece, type IncidentDetail, incidentDetail } from './wire.ts';

interface Flags extends PlaceFlags {
  json?: boolean;
}

export function evidenceCommand(env: Environment, out: Terminal): Command {
  return withPlace(new Command('evidence'))
    .description('show what was asked of the telemetry and what it answered, as a finding cites it')
    .argument('<incident>', 'an incident id')
    .argument('[piece]', 'a piece as the finding cites it, such as E7; all of them are listed when left out')
    .option('--json', 'print data instead of text')
    .addHelpText('after', '\nExamples:\n  vigil evidence inc_019a…\n  vigil evidence inc_019a… E7')
    .action(async (id: string, piece: string | undefined, flags: Flags) => {
      const wanted = piece === undefined ? null : pieceId(piece);
      const api = connect(await findPlace(flags, env));
      const path = `/api/incidents/${encodeURIComponent(id)}`;
      if (wanted === null) {
        const detail = await api.get(path, incidentDetail);
        if (flags.json) printJson({ data: detail.evidence });
        else list(detail, out);
        return;
      }
      const found = await api.get(`${path}/evidence/${wanted}`, evidencePiece);
      if (flags.json) printJson({ ...found, as_hashed: isAsHashed(found) });
      else for (const line of renderEvidence(found, out.paint, out.columns)) out.line(line);
    });
}

/** As it is written in a finding, with or without its brackets. */
function pieceId(text: string): string {
  const id = text.replace(/^\[(.*)\]$/, '$1').toUpperCase();
  if (/^E[1-9]\d{0,8}$/.test(id)) return id;
  throw wrongUse(`"${text}" is no piece of evidence.`, 'It looks like E7; `vigil evidence INCIDENT` lists them.');
}

function list({ incident, evidence }: IncidentDetail, out: Terminal): void {
  if (evidence.length === 0) {
    out.line('Nothing has been looked at yet.');
    return;
  }
  const settled = incident.hypotheses.map(({ state }) => state);
  const claims = [...(incident.finding?.claims ?? []), ...(incident.finding?.ruled_out ?? []), ...settled];
  const rows = evidence.map(({ id, fetchedAt, tool, source, query }) => [
    id,
    claims.some((claim) => claim.evidence.includes(id)) ? 'cited' : '',
    fetchedAt.slice(11, 19),
    tool,
    source,
    JSON.stringify(query),
  ]);
  const head = ['EVIDENCE', '', 'TIME', 'TOOL', 'SOURCE', 'ASKED'];
  for (const line of renderTable(head, rows, out.paint, out.columns)) out.line(line);
}
