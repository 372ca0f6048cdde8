/** Sources of one kind, each under the name that answers and variables call it by. */
import type { TelemetrySource } from '../config.ts';
import type { Named } from '../sre/merging/ask-all.ts';

export interface Given extends Pick<TelemetrySource, 'name' | 'url' | 'token' | 'tenant'> {
  now: () => Date;
  /** Left out for an adapter's usual ones. */
  serviceLabels?: string[];
}

export function named<Port>(
  kind: string,
  sources: readonly TelemetrySource[],
  now: () => Date,
  open: (given: Given) => Port,
): Named<Port>[] {
  return sources.map(({ name, url, token, tenant, serviceLabels }) => ({
    name: name === null ? kind : `${kind} ${name}`,
    port: open({ ...{ name, url, token, tenant, now }, ...(serviceLabels === null ? {} : { serviceLabels }) }),
  }));
}
