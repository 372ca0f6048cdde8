/** Units a claim may use, and how a bare number in evidence may be read against them. */
export interface Unit {
  kind: 'time' | 'share' | 'bytes' | 'count' | 'rate' | 'times';
  /** Factor to the base: seconds, a share of one, bytes, one, per second. */
  scale: number;
}

const UNITS: Record<string, Unit> = {
  ...unit('time', 1e-9, 'ns', 'nanosecond'),
  ...unit('time', 1e-6, 'us', 'µs', 'μs', 'microsecond'),
  ...unit('time', 1e-3, 'ms', 'msec', 'millisecond'),
  ...unit('time', 1, 's', 'sec', 'second'),
  ...unit('time', 60, 'm', 'min', 'minute'),
  ...unit('time', 3600, 'h', 'hr', 'hour'),
  ...unit('time', 86_400, 'd', 'day'),
  ...unit('time', 604_800, 'w', 'week'),
  ...unit('share', 0.01, '%', 'percent', 'pp', 'percentage point'),
  ...unit('times', 1, 'x', '×', 'times', 'time', 'fold'),
  ...unit('bytes', 1, 'b', 'byte'),
  ...unit('bytes', 1e3, 'kb'),
  ...unit('bytes', 1e6, 'mb'),
  ...unit('bytes', 1e9, 'gb'),
  ...unit('bytes', 1e12, 'tb'),
  ...unit('bytes', 2 ** 10, 'kib'),
  ...unit('bytes', 2 ** 20, 'mib'),
  ...unit('bytes', 2 ** 30, 'gib'),
  ...unit('bytes', 2 ** 40, 'tib'),
  ...unit('count', 1e3, 'k', 'thousand'),
  ...unit('count', 1e6, 'million', 'mio'),
  ...unit('count', 1e9, 'billion'),
  ...unit('rate', 1, 'rps', 'qps', 'hz'),
};
const PER: Record<string, number> = { s: 1, sec: 1, second: 1, min: 60, minute: 60, h: 3600, hour: 3600 };

function unit(kind: Unit['kind'], scale: number, ...names: string[]): Record<string, Unit> {
  return Object.fromEntries(
    names.flatMap((name) => (name.length > 1 ? [name, `${name}s`] : [name])).map((name) => [name, { kind, scale }]),
  );
}

/** The unit of a written suffix, or null when the word after the number is no unit. */
export function unitOf(written: string): Unit | null {
  const trimmed = written.trim().replace(/^-/, '');
  if (trimmed === 'M') return { kind: 'count', scale: 1e6 };
  const word = trimmed.toLowerCase();
  const per = /^([a-zµμ]*)(?:\/| per )([a-z]+)$/.exec(word);
  if (per !== null) return { kind: 'rate', scale: 1 / (PER[per[2] ?? ''] ?? 1) };
  return UNITS[word] ?? null;
}

/**
 * What a number in evidence can mean in the base of `unit`. Data rarely carries its unit: seconds come as seconds,
 * milli-, micro- or nanoseconds, a share as 0.12 or 12, memory in bytes or already in the unit that was written.
 */
export function readingsOf(number: number, written: Unit | null): number[] {
  switch (written?.kind) {
    case 'time':
      return [number * written.scale, number, number / 1e3, number / 1e6, number / 1e9];
    case 'share':
      return [number, number / 100];
    case 'bytes':
      return [number, number * written.scale, number * nearBinary(written.scale)];
    case 'rate':
      return [number, number * written.scale, number / 60];
    case 'count':
      return [number, number * written.scale];
    case 'times':
    case undefined:
      return [number];
  }
}

/** People write MB for both: 10^6 and 2^20 bytes. */
function nearBinary(scale: number): number {
  return 2 ** (Math.round(Math.log10(scale) / 3) * 10);
}
