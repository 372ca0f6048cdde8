/** Keeps an answer readable and bounded: the last items of a list go first, and the answer says so. */
export const MOST_BYTES = 56_000;

/** As many leading items as fit into `bytes` of JSON; `dropped` counts the rest. */
export function fitSize<Item>(items: readonly Item[], bytes = MOST_BYTES): { kept: Item[]; dropped: number } {
  const kept: Item[] = [];
  let used = 0;
  for (const item of items) {
    used += Buffer.byteLength(JSON.stringify(item)) + 1;
    if (used > bytes) break;
    kept.push(item);
  }
  return { kept, dropped: items.length - kept.length };
}

/** Cut text carries its mark: a reader must know that there was more. */
export function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most)} […${text.length - most} more characters]`;
}
