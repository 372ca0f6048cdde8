/** The few shapes of a rule whose series can be asked for by name and labels; whatever else a rule says is left alone. */

const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const NUMBER = '[-+]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][-+]?\\d+)?';
const SELECTOR = `(${NAME})\\s*(?:\\{([^{}]*)\\})?`;
const COMPARED = `(?:\\s*(?:[<>]=?|[=!]=)\\s*${NUMBER})?`;
const PLAIN = new RegExp(`^${SELECTOR}${COMPARED}$`);
const RATE = new RegExp(`^i?rate\\(\\s*${SELECTOR}\\s*\\[[0-9a-z]+\\]\\s*\\)${COMPARED}$`);
const MATCHER = new RegExp(`^\\s*(${NAME})\\s*=\\s*"([^"\\\\]*)"\\s*$`);
const MAX_LENGTH = 2000;

/** `metric{a="b"} > 1`, with or without the comparison, a rate around it, or labels. Null for everything else. */
export function readExpression(expression: string): { metric: string; labels: Record<string, string> } | null {
  if (expression.length > MAX_LENGTH) return null;
  const text = expression.trim();
  const found = PLAIN.exec(text) ?? RATE.exec(text);
  const metric = found?.[1];
  if (metric === undefined) return null;
  const matchers = (found?.[2] ?? '').split(',').filter((matcher) => matcher.trim() !== '');
  const labels: [string, string][] = [];
  for (const matcher of matchers) {
    const [, key, value] = MATCHER.exec(matcher) ?? [];
    if (key === undefined || value === undefined) return null;
    labels.push([key, value]);
  }
  return { metric, labels: Object.fromEntries(labels) };
}

const MONITOR =
  /^\w+\(last_\w+\):(avg|sum|min|max|p\d\d):([a-zA-Z][\w.]*)\{([^{}]*)\}(?: by \{[^{}]*\})?(?:\.(?:as_rate|as_count)\(\))?\s*[<>]=?\s*[-+.\deE]+$/;

/** `avg(last_5m):p99:metric{tag:value} > 1`, the query of a Datadog monitor on one metric. Null for everything else. */
export function readMonitorQuery(query: string): { metric: string; labels: Record<string, string> } | null {
  if (query.length > MAX_LENGTH) return null;
  const [, space = '', metric, scope = ''] = MONITOR.exec(query.trim()) ?? [];
  if (metric === undefined) return null;
  const tags = scope === '*' ? [] : scope.split(',').map((tag) => tag.trim().split(/:(.*)/s));
  const labels = tags.flatMap(([key = '', value = '']): [string, string][] => [[key, value]]);
  if (labels.some(([key, value]) => !/^\w[\w.-]*$/.test(key) || value === '' || /[*!() ]/.test(value))) return null;
  const quantile = space.startsWith('p') ? { quantile: String(Number(space.slice(1)) / 100) } : {};
  return { metric, labels: { ...Object.fromEntries(labels), ...quantile } };
}
