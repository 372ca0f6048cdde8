/** Numbers as they are shown and quoted: four significant digits, never exponents for ordinary sizes. */
export function round(value: number, digits = 4): number {
  if (!Number.isFinite(value) || value === 0) return 0;
  return Number(value.toPrecision(digits));
}

/** Every number of a flat record rounded. */
export function rounded(record: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, round(value)]));
}
