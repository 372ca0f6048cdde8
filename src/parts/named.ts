/** Sources of one kind, each under the name that answers and variables call it by. */
import type { TelemetrySource } from '../config.ts';
import type { Named } from '../sre/merging/ask-all.ts';

export type Given<Source extends TelemetrySource> = Omit<Source, 'serviceLabels'> & {
  now: () => Date;
  /** Left out for an adapter's usual ones. */
  serviceLabels?: string[];
};

export function named<Source extends TelemetrySource, Port>(
  kind: string,
  sources: readonly Source[],
  now: () => Date,
  open: (given: Given<Source>) => Port,
): Named<Port>[] {
  return sources.map(({ serviceLabels, ...source }) => ({
    name: source.name === null ? kind : `${kind} ${source.name}`,
    port: open({ ...source, now, ...(serviceLabels === null ? {} : { serviceLabels }) }),
  }));
}
