/** What crosses between the server and the worker that holds a sandbox. */
import type { SandboxResult, SandboxTool } from '../../ports/sandbox.ts';

export interface WorkerStart {
  files: { path: string; bytes: Uint8Array; executable: boolean }[];
  maxBytes: number;
}
export type Ask =
  | { id: number; ask: 'execute'; tool: SandboxTool; input: Record<string, unknown>; timeoutMs: number }
  | { id: number; ask: 'outputs' }
  /** Stops the command in hand, if it can be reached. */
  | { id: number; ask: 'abort' };
export type Answer =
  | { id: 0; answer: 'ready' }
  | { id: number; answer: 'executed'; result: SandboxResult }
  | { id: number; answer: 'outputs'; files: { path: string; bytes: Uint8Array }[] };
