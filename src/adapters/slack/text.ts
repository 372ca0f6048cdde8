/** Untrusted text made safe and short. Pure. */
import { visible } from '../../lib/visible.ts';

const CUT = ' … (cut)';

/** Plain text of at most `limit` characters; what was left out is marked. */
export function plain(text: string, limit: number): string {
  return cut(visible(text), limit, (mark) => mark);
}

/** Text for a `mrkdwn` field: no mention, link or channel call survives. The limit counts what is sent. */
export function escaped(text: string, limit: number): string {
  return cut(visible(text), limit, escapeMark);
}

function escapeMark(mark: string): string {
  return mark === '&' ? '&amp;' : mark === '<' ? '&lt;' : mark === '>' ? '&gt;' : mark;
}

function cut(text: string, limit: number, write: (mark: string) => string): string {
  const marks = Array.from(text, write);
  const whole = marks.join('');
  if (whole.length <= limit) return whole;
  let kept = '';
  for (const mark of marks) {
    if (kept.length + mark.length > limit - CUT.length) break;
    kept += mark;
  }
  return kept + CUT;
}

/** A moment in UTC, and in the reader's own time zone where Slack knows it. */
export function moment(iso: string): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return escaped(iso, 60);
  const utc = `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  return `${utc} <!date^${Math.floor(at.getTime() / 1000)}^({time} your time)| >`;
}

/** A link only when it is one; anything else would be text in disguise. */
export function link(url: string, label: string): string {
  const fine = /^https?:\/\/[^\s<>|]+$/.test(url) && url.length <= 2000;
  return fine ? `<${url.replaceAll('&', '&amp;')}|${escaped(label, 100).replaceAll('|', '/')}>` : escaped(url, 500);
}
