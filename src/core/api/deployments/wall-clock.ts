/** What a time zone's clocks show: the offset from UTC at an instant. */
const formats = new Map<string, Intl.DateTimeFormat>();

/** Milliseconds to add to UTC. Throws `RangeError` for a zone that does not exist. */
export function offsetAt(zone: string, instant: number): number {
  const parts = formatOf(zone).formatToParts(instant);
  const at = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.find((part) => part.type === type)?.value);
  const shown = Date.UTC(at('year'), at('month') - 1, at('day'), at('hour'), at('minute'), at('second'));
  return shown - Math.floor(instant / 1000) * 1000;
}

export function isTimeZone(name: string): boolean {
  try {
    return Number.isFinite(offsetAt(name, 0));
  } catch {
    return false;
  }
}

/** Every offset the zone has within about a year from then, that of the moment first. */
export function offsetsAround(zone: string, instant: number): number[] {
  const month = 30 * 24 * 60 * 60 * 1000;
  return [...new Set(Array.from({ length: 14 }, (_, i) => offsetAt(zone, instant + i * month)))];
}

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formats.set(zone, format);
  return format;
}
