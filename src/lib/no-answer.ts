/** Why a server gave no answer that can be used. */
export type NoAnswerWhy = 'unreachable' | 'forbidden' | 'timeout' | 'rate_limited' | 'malformed' | 'bad_query';

export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
  readonly why: NoAnswerWhy;
  /** Of HTTP, where there was an answer that refuses. */
  readonly status: number | null;
  constructor(message: string, options: { why: NoAnswerWhy; status?: number; cause?: unknown }) {
    super(message, { cause: options.cause });
    this.why = options.why;
    this.status = options.status ?? null;
  }
}

/** Something that is good to know and whose absence spoils nothing: null, and a warning, when there was no answer. */
export async function orNotKnown<Known>(
  what: string,
  warnings: string[],
  work: () => Promise<Known>,
): Promise<Known | null> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    warnings.push(`${what} is not known: ${error.message}`);
    return null;
  }
}
