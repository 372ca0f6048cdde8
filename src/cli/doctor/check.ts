/** One thing that must be so for Vigil to do its job, and how to mend it. */
export interface Check {
  name: string;
  verdict: 'ok' | 'note' | 'fail';
  detail: string;
  /** What to do; null when nothing. */
  fix: string | null;
}

export const ok = (name: string, detail: string): Check => ({ name, verdict: 'ok', detail, fix: null });
/** Not wrong, but worth knowing: something optional is not configured or could not be looked at. */
export const note = (name: string, detail: string, fix: string | null = null): Check => ({
  name,
  verdict: 'note',
  detail,
  fix,
});
export const fail = (name: string, detail: string, fix: string): Check => ({ name, verdict: 'fail', detail, fix });

/** What a source is called, beside others of its kind. */
export function nameOf(kind: string, { name }: { name: string | null }): string {
  return name === null ? kind : `${kind} ${name}`;
}
