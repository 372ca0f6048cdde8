/** A trace as OpenTelemetry writes it in JSON → ours. Ids come as hex or, where protobuf wrote the JSON, as base64. */
import { z } from 'zod';
import type { Span, Trace } from '../../sre/ports/traces.ts';

const MOST_SPANS = 5000;
const MOST_ATTRIBUTES = 20;

const attribute = z.object({ key: z.string(), value: z.record(z.string(), z.unknown()).nullish() });
/** More digits than a number holds. */
const nanos = z.union([z.string().regex(/^\d+$/), z.number().int()]).transform(BigInt);
const span = z.object({
  spanId: z.string().min(1),
  parentSpanId: z.string().nullish(),
  name: z.string(),
  startTimeUnixNano: nanos,
  endTimeUnixNano: nanos,
  attributes: z.array(attribute).nullish(),
  status: z.object({ code: z.union([z.string(), z.number()]).nullish(), message: z.string().nullish() }).nullish(),
});
const resource = z.object({
  resource: z.object({ attributes: z.array(attribute).nullish() }).nullish(),
  scopeSpans: z.array(z.object({ spans: z.array(span).nullish() })).nullish(),
});
const batches = z.array(resource);
const body = z.union([
  z.object({ batches }).transform((read) => read.batches),
  z.object({ resourceSpans: batches }).transform((read) => read.resourceSpans),
  z.object({ trace: z.object({ resourceSpans: batches }) }).transform((read) => read.trace.resourceSpans),
]);

/** Null for what is none. */
export function readTrace(id: string, json: unknown): Trace | null {
  const read = body.safeParse(json);
  if (!read.success) return null;
  const spans = read.data.flatMap(({ resource: from, scopeSpans }) => {
    const service = textsOf(from?.attributes).get('service.name') ?? 'unknown';
    return (scopeSpans ?? []).flatMap(({ spans: inside }) => (inside ?? []).map((one) => spanOf(service, one)));
  });
  return { id, spans: spans.toSorted((left, right) => left.start - right.start).slice(0, MOST_SPANS) };
}

function spanOf(service: string, one: z.infer<typeof span>): Span {
  const said = one.status?.message ? { 'status.message': one.status.message } : {};
  const attributes = [...textsOf(one.attributes)].slice(0, MOST_ATTRIBUTES);
  return {
    ...{ id: hex(one.spanId), parent: one.parentSpanId ? hex(one.parentSpanId) : null, service, operation: one.name },
    start: milliseconds(one.startTimeUnixNano),
    durationMs: Math.max(0, milliseconds(one.endTimeUnixNano - one.startTimeUnixNano)),
    error: one.status?.code === 2 || one.status?.code === 'STATUS_CODE_ERROR',
    attributes: { ...Object.fromEntries(attributes), ...said },
  };
}

/** `{stringValue: "x"}`, `{intValue: "1"}`, … as text. */
function textsOf(attributes: z.infer<typeof attribute>[] | null | undefined): Map<string, string> {
  return new Map(
    (attributes ?? []).map(({ key, value }) => {
      const [one] = Object.values(value ?? {});
      return [key, typeof one === 'object' ? JSON.stringify(one).slice(0, 500) : String(one ?? '')];
    }),
  );
}

function milliseconds(nanoseconds: bigint): number {
  return Number(nanoseconds / 1000n) / 1000;
}

function hex(id: string): string {
  return /^[0-9a-f]{16}$/i.test(id) ? id.toLowerCase() : Buffer.from(id, 'base64').toString('hex');
}
