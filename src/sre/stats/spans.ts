/** Where the time of one request went. Times are milliseconds; clocks of two machines may differ, so children are clipped to their callers. */
export interface TimedSpan {
  id: string;
  /** Null, or of no span that is given, for a root. */
  parent: string | null;
  start: number;
  end: number;
}

/**
 * The time in which a span waited for none of its children, by id: its duration without the union of theirs. Children
 * that run side by side count once; what outlives its caller counts only as far as the caller lasted.
 */
export function selfTimes(spans: readonly TimedSpan[]): Map<string, number> {
  const children = childrenOf(spans);
  return new Map(
    spans.map((span) => {
      let covered = 0;
      let reached = span.start;
      for (const child of children.get(span.id) ?? []) {
        const from = Math.max(child.start, reached);
        const to = Math.min(child.end, span.end);
        if (to > from) covered += to - from;
        reached = Math.max(reached, to);
      }
      return [span.id, Math.max(0, span.end - span.start - covered)];
    }),
  );
}

/**
 * The chain of waiting that made the request as long as it was: from the end of the longest root back to its start,
 * always through the child that ended last before the moment reached (as CRISP does, USENIX ATC '22). By id, the
 * milliseconds in which the span itself was what was waited for; they add up to the duration of the root.
 */
export function criticalPath(spans: readonly TimedSpan[]): Map<string, number> {
  const children = childrenOf(spans);
  const known = new Set(spans.map(({ id }) => id));
  const roots = spans.filter(({ parent }) => parent === null || !known.has(parent));
  const root = roots.toSorted((a, b) => b.end - b.start - (a.end - a.start))[0];
  const path = new Map<string, number>();
  // A list instead of recursion: a trace may be thousands of calls deep.
  const open = root === undefined ? [] : [{ span: root, until: root.end }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (path.has(next.span.id)) continue;
    const { own, waitedFor } = waits(next.span, next.until, children.get(next.span.id) ?? []);
    path.set(next.span.id, own);
    open.push(...waitedFor);
  }
  return path;
}

/** Of one span, from the moment `until` back to its start: its own part, and the children that were waited for. */
function waits(span: TimedSpan, until: number, children: readonly TimedSpan[]) {
  const clipped = children
    .map((child) => ({ ...child, start: Math.max(child.start, span.start), end: Math.min(child.end, until) }))
    .toSorted((a, b) => b.end - a.end);
  const waitedFor: { span: TimedSpan; until: number }[] = [];
  let cursor = until;
  let own = 0;
  for (const child of clipped) {
    // Beside the one that was waited for, or no time within the caller at all.
    if (child.end > cursor || child.end <= child.start) continue;
    own += cursor - child.end;
    waitedFor.push({ span: child, until: child.end });
    cursor = child.start;
  }
  return { own: own + Math.max(0, cursor - span.start), waitedFor };
}

/** By start. */
function childrenOf(spans: readonly TimedSpan[]): Map<string, TimedSpan[]> {
  const children = new Map<string, TimedSpan[]>();
  for (const span of spans.toSorted((a, b) => a.start - b.start)) {
    if (span.parent === null || span.parent === span.id) continue;
    const siblings = children.get(span.parent);
    if (siblings === undefined) children.set(span.parent, [span]);
    else siblings.push(span);
  }
  return children;
}
