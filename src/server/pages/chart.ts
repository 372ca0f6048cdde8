/** A series as a line: its points, and where it changed. Pure; drawn by the server, so that a page needs no script. */
import { type Html, html } from './html.ts';

export interface Line {
  label: string;
  unit: string;
  /** Milliseconds and value, in order of time. */
  points: [number, number][];
  /** When it changed, milliseconds. */
  change: number | null;
}

const WIDTH = 600;
const HEIGHT = 120;
const EDGE = 6;

export function chart({ label, unit, points, change }: Line): Html | null {
  const [first] = points;
  const last = points.at(-1);
  if (first === undefined || last === undefined) return null;
  const values = points.map(([, value]) => value);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const x = (ms: number): string => (EDGE + share(ms, first[0], last[0]) * (WIDTH - 2 * EDGE)).toFixed(1);
  const y = (value: number): string => (HEIGHT - EDGE - share(value, low, high) * (HEIGHT - 2 * EDGE)).toFixed(1);
  const path = points.map(([ms, value]) => `${x(ms)},${y(value)}`).join(' ');
  const inside = change !== null && change >= first[0] && change <= last[0];
  const told = `${label}: from ${low} to ${high}${unit === '' ? '' : ` ${unit}`}, ${clock(first[0])} to ${clock(last[0])} UTC`;
  return html`<figure><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${told}">
${inside ? html`<line x1="${x(change)}" x2="${x(change)}" y1="0" y2="${HEIGHT}"/>` : null}
${points.length === 1 ? html`<circle cx="${x(first[0])}" cy="${y(first[1])}" r="4"/>` : html`<polyline points="${path}"/>`}
</svg><figcaption>${told}${inside ? `; changed at ${clock(change)}` : null}</figcaption></figure>`;
}

/** Where a value lies between two; the middle when they are one. */
function share(value: number, from: number, to: number): number {
  return to === from ? 0.5 : (value - from) / (to - from);
}

function clock(ms: number): string {
  return new Date(ms).toISOString().slice(11, 16);
}
