/** How a command ends badly: one sentence, what to do next, and an exit code. Never a stack. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed';
  readonly hint: string | null;
  /** 1: the command found or met a fault. 2: it was called wrongly. */
  readonly exitCode: 1 | 2;
  constructor(message: string, options: { hint?: string | null; exitCode?: 1 | 2; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.hint = options.hint ?? null;
    this.exitCode = options.exitCode ?? 1;
  }
}

export function wrongUse(message: string, hint: string | null = null): CommandFailed {
  return new CommandFailed(message, { hint, exitCode: 2 });
}

/** What a person can do about an error of the operating system that ended a command. */
export function explain(error: unknown): CommandFailed {
  if (error instanceof CommandFailed) return error;
  const told = error instanceof Error ? error.message : String(error);
  const hint = error instanceof Error && 'hint' in error && typeof error.hint === 'string' ? error.hint : null;
  // Some say in their message what to do; it is shown once.
  const message = hint !== null && told.endsWith(hint) ? told.slice(0, -hint.length).trimEnd() : told;
  return new CommandFailed(message, { hint: hint ?? hintFor(codeOf(error), ofDatabase(error)), cause: error });
}

export function codeOf(error: unknown): string | null {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    if ('code' in at && typeof at.code === 'string') return at.code;
  }
  return null;
}

/** What keeps sessions or incidents could not be used; by name, for commands know no database. */
function ofDatabase(error: unknown): boolean {
  return error instanceof Error && /^(Store|Incidents)Unavailable$/.test(error.name);
}

function hintFor(code: string | null, database: boolean): string | null {
  switch (code) {
    case 'EADDRINUSE':
      return 'Another program has this port. Stop it, or choose another with --port (0 takes a free one).';
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
    case 'SQLITE_READONLY':
    case 'SQLITE_CANTOPEN':
      return 'Vigil must be able to write its data directory. Choose one with --data, or change its permissions.';
    case 'ENOSPC':
    case 'SQLITE_FULL':
      return 'The disk is full. Free some space and start again; nothing that was acknowledged is lost.';
    case 'ECONNREFUSED':
    case 'ENOTFOUND':
    case 'UND_ERR_SOCKET':
      return database
        ? 'Start the database, or correct DATABASE_URL; without it everything is kept in files.'
        : 'Start a server with `vigil serve`, or name another with --url.';
    default:
      return null;
  }
}
