/** Says which setting is wrong and what it should be. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly hint: string;
  constructor(message: string, options: { hint: string; cause?: unknown }) {
    super(message, { cause: options.cause });
    this.hint = options.hint;
  }
}
