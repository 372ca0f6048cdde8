/** A world folder that cannot be used: says which file, which line, and what to do. */
export class WorldError extends Error {
  readonly file: string;
  readonly line: number | null;
  readonly hint: string;

  constructor(problem: { file: string; line?: number | null; what: string; hint: string }, options?: ErrorOptions) {
    const place = problem.line ? `${problem.file}, line ${problem.line}` : problem.file;
    super(`${place}: ${problem.what}. ${problem.hint}`, options);
    this.name = 'WorldError';
    this.file = problem.file;
    this.line = problem.line ?? null;
    this.hint = problem.hint;
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
