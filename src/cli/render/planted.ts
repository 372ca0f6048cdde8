import type { Paint } from '../terminal.ts';
import type { Incident } from '../wire.ts';
import { hanging, oneLine } from './wrap.ts';

/** Text from outside that tried to steer the investigation; nothing when none was noticed. */
export function renderPlanted({ planted }: Incident, paint: Paint, columns: number): string[] {
  if (planted.length === 0) return [];
  const width = Math.min(columns, 100);
  const lines = planted.flatMap(({ text, where, evidence }) => {
    const place = evidence === null ? where : `${where} [${evidence}]`;
    return hanging(`    ${paint('yellow', '!')} `, oneLine(`in ${place}: ${text}`), width, 6);
  });
  return ['', `  ${paint('bold', 'Text that tries to steer its reader')}, not followed`, ...lines];
}
