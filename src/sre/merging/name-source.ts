/** Which source a series or a line is of: a label beside its own, and the way back from it in a question. */

/** Its values are the names of sources; of several that say the same, all of them. */
export const SOURCE_LABEL = 'vigil_source';
const BETWEEN = ', ';

/** A label of the same name that was there before is kept under another one, as Prometheus does it. */
export function withSource(labels: Record<string, string>, names: readonly string[]): Record<string, string> {
  const { [SOURCE_LABEL]: own, ...others } = labels;
  return {
    ...others,
    ...(own === undefined ? {} : { [`exported_${SOURCE_LABEL}`]: own }),
    [SOURCE_LABEL]: names.join(BETWEEN),
  };
}

export function sourcesIn(value: string): string[] {
  return value.split(BETWEEN);
}
