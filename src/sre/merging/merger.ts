/** Several sources of one kind → one of that kind, which asks all of them. */
import { type AskAll, askAll, type Named } from './ask-all.ts';

type Merge<Port> = (sources: readonly Named<Port>[], options?: { timeoutMs?: number }) => Port;

/** One alone is passed through as it is. At least one. */
export function merger<Port>(merged: (ask: AskAll<Port>, sources: readonly Named<Port>[]) => Port): Merge<Port> {
  return (sources, { timeoutMs } = {}) => {
    const [only] = sources;
    return only !== undefined && sources.length === 1 ? only.port : merged(askAll(sources, timeoutMs), sources);
  };
}
