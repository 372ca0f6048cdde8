/** The whole command line: which commands there are, and what they share. */
import { Command } from 'commander';
import { approveCommand } from './approve.ts';
import { askCommand } from './ask.ts';
import { backupCommand, restoreCommand } from './backup.ts';
import { configCommand } from './config.ts';
import { demoCommand } from './demo.ts';
import { denyCommand } from './deny.ts';
import { doctorCommand } from './doctor.ts';
import { evalCommand } from './eval.ts';
import { evidenceCommand } from './evidence.ts';
import { exportCommand } from './export.ts';
import { incidentsCommand } from './incidents.ts';
import { keysCommand } from './keys.ts';
import { moveCommand } from './move.ts';
import type { Environment } from './place.ts';
import { postmortemCommand } from './postmortem.ts';
import { rankCommand } from './rank.ts';
import { replayCommand } from './replay.ts';
import { resolveCommand } from './resolve.ts';
import { serveCommand } from './serve.ts';
import { sessionsCommand } from './sessions.ts';
import { tailCommand } from './tail.ts';
import type { Terminal } from './terminal.ts';
import { verifyLogCommand } from './verify-log.ts';
import { workspacesCommand } from './workspaces.ts';

export function program(env: Environment, out: Terminal, version: string): Command {
  const root = new Command('vigil')
    .description('Incident responder: an alert comes in, a finding with evidence comes out, a person approves the fix.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'explain a command')
    .helpCommand(false)
    .addHelpText(
      'after',
      `
Start here:
  vigil demo                 the whole story on this machine, no account needed
  vigil serve                run the server; it prints how to send it an alert
  vigil doctor               what is configured, what is missing, how to mend it

Exit codes: 0 fine, 1 something is wrong, 2 the command was called wrongly.`,
    );
  const commands = [
    serveCommand(env, out),
    demoCommand(env, out),
    replayCommand(env, out),
    rankCommand(out),
    evalCommand(out),
    incidentsCommand(env, out),
    evidenceCommand(env, out),
    tailCommand(env, out),
    askCommand(env, out),
    approveCommand(env, out),
    denyCommand(env, out),
    resolveCommand(env, out),
    postmortemCommand(env, out),
    exportCommand(env, out),
    sessionsCommand(env, out),
    workspacesCommand(env, out),
    keysCommand(env, out),
    backupCommand(env, out),
    restoreCommand(env, out),
    moveCommand(env, out),
    verifyLogCommand(env, out),
    configCommand(env, out),
    doctorCommand(env, out, version),
  ];
  for (const command of commands) root.addCommand(throwing(command));
  return throwing(root);
}

/** Commander would end the process by itself; the entry decides that. */
function throwing(command: Command): Command {
  for (const under of command.commands) throwing(under);
  return command.exitOverride().showHelpAfterError('(add --help for usage and examples)');
}
