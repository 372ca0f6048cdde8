/** What crosses between the server and the worker that holds a sandbox. */
import type { FolderFile, SandboxFolder, SandboxResult, SandboxTool, TreeFile } from '../../ports/sandbox.ts';

export interface WorkerStart {
  files: { path: string; bytes: Uint8Array; executable: boolean }[];
  folders: readonly SandboxFolder[];
  maxBytes: number;
}
export type Ask =
  | { id: number; ask: 'execute'; tool: SandboxTool; input: Record<string, unknown>; timeoutMs: number }
  | { id: number; ask: 'outputs' }
  | { id: number; ask: 'put'; files: readonly FolderFile[] }
  | { id: number; ask: 'changes' }
  | { id: number; ask: 'place'; root: string; files: readonly TreeFile[] }
  /** Stops the command in hand, if it can be reached. */
  | { id: number; ask: 'abort' };
export type Answer =
  | { id: 0; answer: 'ready' }
  | { id: number; answer: 'executed'; result: SandboxResult }
  | { id: number; answer: 'put' }
  | { id: number; answer: 'placed' }
  | { id: number; answer: 'changes'; files: FolderFile[] }
  | { id: number; answer: 'failed'; reason: string }
  | { id: number; answer: 'outputs'; files: { path: string; bytes: Uint8Array }[] };
