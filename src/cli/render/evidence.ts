/** One piece of evidence whole: the question, where and when it was asked, and the answer as the investigator read it. */
import { createHash } from 'node:crypto';
import { spreadJson } from '../../lib/spread-json.ts';
import type { Paint } from '../terminal.ts';
import type { EvidencePiece } from '../wire.ts';
import { clean, hanging, oneLine, utc } from './wrap.ts';

export function renderEvidence(piece: EvidencePiece, paint: Paint, columns: number): string[] {
  const { id, tool, query, range, source, url, fetchedAt, hash, truncated } = piece;
  const width = Math.min(columns, 100);
  const row = (label: string, text: string) => hanging(paint('dim', label.padEnd(9)), text, width, 9);
  return [
    `${paint(['bold', 'cyan'], oneLine(id))}  ${paint('bold', oneLine(tool))}`,
    ...row('Asked', oneLine(JSON.stringify(query))),
    ...(range === null ? [] : row('Range', `${utc(range.start)} to ${utc(range.end)}`)),
    ...row('Source', `${source}${truncated ? ', cut: there was more' : ''}`),
    ...(url === null ? [] : row('Link', url)),
    ...row('Fetched', utc(fetchedAt)),
    ...row('SHA-256', `${hash}${isAsHashed(piece) ? '' : ', which is NOT that of what follows'}`),
    '',
    ...clean(spreadJson(piece.content, columns)).split('\n'),
  ];
}

/** Whether what is stored is still what was seen. */
export function isAsHashed({ content, hash }: Pick<EvidencePiece, 'content' | 'hash'>): boolean {
  return createHash('sha256').update(content).digest('hex') === hash;
}
