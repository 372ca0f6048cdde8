/** Answers that may be given again for a while. What failed is asked anew; beyond `most` keys the oldest go. */
export function keptFor<Value>(
  milliseconds: number,
  most: number,
): (key: string, work: () => Promise<Value>) => Promise<Value> {
  const kept = new Map<string, { until: number; value: Promise<Value> }>();
  return (key, work) => {
    const now = performance.now();
    const known = kept.get(key);
    if (known !== undefined && known.until > now) return known.value;
    kept.delete(key);
    const value = work();
    kept.set(key, { until: now + milliseconds, value });
    value.catch(() => {
      if (kept.get(key)?.value === value) kept.delete(key);
    });
    for (const oldest of kept.keys()) {
      if (kept.size <= most) break;
      kept.delete(oldest);
    }
    return value;
  };
}
