#!/usr/bin/env node
/** The command line's entry: runs one command and turns whatever went wrong into a sentence and an exit code. */
import { CommanderError } from 'commander';
import { environment } from '../config.ts';
import { version } from '../lib/version.ts';
import { explain } from './fail.ts';
import { program } from './program.ts';
import { clean } from './render/wrap.ts';
import { terminal } from './terminal.ts';

// A reader that has seen enough (`| head`) is not an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

try {
  await program(environment(), terminal(), version()).parseAsync();
} catch (error) {
  process.exitCode = report(error);
}

function report(error: unknown): number {
  // Commander has printed its own message by now; help and version end with code 0.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  const { message, hint, exitCode } = explain(error);
  process.stderr.write(`vigil: ${clean(message)}\n${hint === null ? '' : `${clean(hint)}\n`}`);
  return exitCode;
}
