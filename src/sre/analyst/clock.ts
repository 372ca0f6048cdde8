import type { Scene } from './scene.ts';

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** "at 11:02", "on 16 Apr 11:02". */
export function when(time: string | number, scene: Scene): string {
  const told = clock(time, scene);
  return `${told.includes(' ') ? 'on' : 'at'} ${told}`;
}

/** `11:02` on the incident's own day, `16 Apr 11:02` on another. UTC. */
export function clock(time: string | number, { now }: Scene): string {
  const at = new Date(time);
  const text = at.toISOString();
  const minute = text.slice(11, 16);
  if (text.slice(0, 10) === new Date(now).toISOString().slice(0, 10)) return minute;
  return `${at.getUTCDate()} ${MONTHS[at.getUTCMonth()] ?? ''} ${minute}`;
}
