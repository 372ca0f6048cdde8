/** One piece of evidence: the question, its answer drawn where it is made of series, and every byte of it. Pure. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { spreadJson } from '../../lib/spread-json.ts';
import type { Evidence } from '../../sre/evidence.ts';
import { besideFinding } from '../../sre/hypothesis.ts';
import type { Incident } from '../../sre/incident.ts';
import { chart, type Line } from './chart.ts';
import { facts, type Html, html, moment, weblink } from './html.ts';
import type { Page } from './layout.ts';

const CHARTS = 6;
const CONTENT_COLUMNS = 100;
/** What can be drawn of an answer; whatever else is in it stands below as text. */
const drawn = z.object({
  data: z.object({
    metric: z.string(),
    unit: z.string().nullish(),
    series: z.array(
      z.object({
        labels: z.record(z.string(), z.string()),
        points: z.array(z.tuple([z.string(), z.number()])),
        change: z.object({ at: z.string() }).nullish(),
      }),
    ),
  }),
});

export function evidencePage(incident: Incident, piece: Evidence): Page {
  const intact = createHash('sha256').update(piece.content).digest('hex') === piece.hash;
  const citing = [...(incident.finding?.claims ?? []), ...ruledOut(incident), ...hypotheses(incident)].filter((claim) =>
    claim.evidence.includes(piece.id),
  );
  const lines = linesOf(piece.content);
  const body = html`<p><a href="/incidents/${incident.id}">${incident.title}</a></p>
<h1>${piece.id} · ${piece.tool}</h1>
${facts([
  ['Asked', html`<code>${JSON.stringify(piece.query)}</code>`],
  ['Range', piece.range === null ? null : html`${moment(piece.range.start)} to ${moment(piece.range.end)}`],
  ['Source', `${piece.source}${piece.truncated ? ', cut: there was more' : ''}`],
  ['Link', piece.url === null ? null : weblink(piece.url)],
  ['Fetched', moment(piece.fetchedAt)],
  [
    'SHA-256',
    html`<code>${piece.hash}</code> ${intact ? 'is that of the content below' : html`<strong>is not that of the content below</strong>`}`,
  ],
])}
${lines.length === 0 ? null : html`<h2>Series</h2>${lines.slice(0, CHARTS).map(chart)}${more(lines)}`}
${citing.length === 0 ? null : html`<h2>What cites it</h2><ul>${citing.map(({ text }) => html`<li>${text}</li>`)}</ul>`}
<h2>Content</h2>
<pre tabindex="0">${spreadJson(piece.content, CONTENT_COLUMNS)}</pre>`;
  return { title: `${piece.id} of ${incident.title}`, body };
}

function ruledOut({ finding }: Incident): { text: string; evidence: string[] }[] {
  return (finding?.ruled_out ?? []).map(({ hypothesis, why, evidence }) => ({
    text: `Ruled out: ${hypothesis}: ${why}`,
    evidence,
  }));
}

function hypotheses({ hypotheses: all = [], finding }: Incident): { text: string; evidence: string[] }[] {
  return besideFinding(all, finding).flatMap(({ id, statement, state }) =>
    state.is === 'open' ? [] : [{ text: `${id}, ${state.is}: ${statement}: ${state.why}`, evidence: state.evidence }],
  );
}

function linesOf(content: string): Line[] {
  const read = drawn.safeParse(parsed(content));
  if (!read.success) return [];
  const { metric, unit, series } = read.data.data;
  return series.map(({ labels, points, change }) => ({
    label: [metric, ...Object.entries(labels).map(([name, value]) => `${name}=${value}`)].join(' '),
    unit: unit ?? '',
    points: points.map(([at, value]): [number, number] => [Date.parse(at), value]).filter(([at]) => !Number.isNaN(at)),
    change: change == null ? null : Date.parse(change.at),
  }));
}

function more(lines: readonly Line[]): Html | null {
  return lines.length > CHARTS
    ? html`<p class="dim">${lines.length - CHARTS} more series stand in the content.</p>`
    : null;
}

function parsed(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return null;
  }
}
