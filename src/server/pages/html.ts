/** Markup in which every value is text, unless it was made here. */
import { visible } from '../../lib/visible.ts';

export class Html {
  readonly markup: string;
  constructor(markup: string) {
    this.markup = markup;
  }
}
type Part = Html | string | number | null | readonly Part[];

/** The template is ours; what is put into it is escaped, and what would be unseen is shown. Null is nothing. */
export function html(template: TemplateStringsArray, ...parts: Part[]): Html {
  return new Html(template.map((piece, i) => piece + (i < parts.length ? written(parts[i] ?? null) : '')).join(''));
}

function written(part: Part): string {
  if (part === null) return '';
  if (part instanceof Html) return part.markup;
  if (typeof part === 'string' || typeof part === 'number') return escaped(String(part));
  return part.map(written).join('');
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escaped(text: string): string {
  return visible(text).replace(/[&<>"']/g, (mark) => ENTITIES[mark] ?? '');
}

/** A link only when it leads to the web; anything else stays text. */
export function weblink(url: string, label: string = url): Html {
  const leads = /^https?:\/\//i.test(url) && URL.canParse(url);
  return leads ? html`<a href="${url}" rel="noreferrer">${label}</a>` : html`${label}`;
}

/** A moment as people read it, in UTC. */
export function moment(iso: string): Html {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return html`${iso}`;
  const text = at.toISOString().slice(0, 19);
  return html`<time datetime="${text}Z">${text.replace('T', ' ')} UTC</time>`;
}

/** Names and values, without those that have none. */
export function facts(rows: [name: string, value: Html | string | null][]): Html {
  const shown = rows.filter(([, value]) => value !== null && value !== '');
  return html`<dl>${shown.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`;
}
