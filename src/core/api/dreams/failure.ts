import type { DreamErrorType } from './body.ts';

/** Why a dream ends without a result; the text is for the caller. */
export class DreamFailed extends Error {
  override readonly name = 'DreamFailed';
  readonly type: DreamErrorType;
  constructor(message: string, { type, cause }: { type: DreamErrorType; cause?: unknown }) {
    super(message, { cause });
    this.type = type;
  }
}
