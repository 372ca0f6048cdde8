/** All incidents, newest first. Pure. */
import type { Incident } from '../../sre/incident.ts';
import { type Html, html, moment } from './html.ts';
import type { Page } from './layout.ts';
import { stateMark } from './state.ts';

export interface Listing {
  incidents: readonly Incident[];
  /** Only those that are not resolved. */
  open: boolean;
  /** Whether there are older ones than these. */
  more: boolean;
}

export function listPage({ incidents, open, more }: Listing): Page {
  const last = incidents.at(-1);
  const other = open
    ? html`<a href="/incidents">All incidents</a>`
    : html`<a href="/incidents?open=true">Only open ones</a>`;
  const body = html`<h1>${open ? 'Open incidents' : 'Incidents'}</h1>
<p>${other}</p>
${incidents.length === 0 ? nothing(open) : table(incidents)}
${more && last !== undefined ? html`<p><a href="/incidents?${open ? 'open=true&' : ''}before=${last.id}">Older ones</a></p>` : null}`;
  return { title: open ? 'Open incidents' : 'Incidents', body };
}

function nothing(open: boolean): Html {
  return open
    ? html`<p>Nothing is open.</p>`
    : html`<p>No alert has come in yet. <code>vigil serve</code> prints how to send one, <code>vigil demo</code> shows what happens then.</p>`;
}

function table(incidents: readonly Incident[]): Html {
  return html`<div class="wide"><table class="stack"><thead><tr><th>Opened</th><th>Severity</th><th>State</th><th>Service</th><th>Title</th></tr></thead><tbody>
${incidents.map(
  ({
    id,
    openedAt,
    severity,
    state,
    service,
    title,
  }) => html`<tr><td>${moment(openedAt)}</td><td class="${severity}">${severity}</td><td>${stateMark(state)}</td><td>${service ?? ''}</td><td><a href="/incidents/${id}">${title}</a></td></tr>
`,
)}</tbody></table></div>`;
}
