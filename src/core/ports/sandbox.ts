/**
 * The hands: one call that may vanish. Made on the first tool call of a session, never before; what it loses when it
 * dies is a tool error the model sees. `test/contract/sandbox.ts` binds every adapter.
 */
import type { SessionId } from '../ids.ts';

export type SandboxTool = 'bash' | 'read' | 'write' | 'edit' | 'glob' | 'grep';

export interface SandboxFile {
  /** Absolute, normalised, without `..`. */
  path: string;
  /** Read when the sandbox is made. */
  bytes(): Promise<Uint8Array>;
  executable?: boolean;
}
/** A directory whose content outlives the sandbox: what is put there is shown, what the hands write there is reported. */
export interface SandboxFolder {
  /** Absolute, normalised; no folder lies inside another. */
  path: string;
  /** Otherwise the hands may only read. */
  writable: boolean;
}
export interface SandboxSpec {
  session: SessionId;
  /** Mounted read-only: uploads, skills. */
  files: readonly SandboxFile[];
  /** Empty at first. */
  folders?: readonly SandboxFolder[];
  /** Bare host names or `*.` patterns the hands may reach; empty means no network at all. */
  allowedHosts: readonly string[];
}
/** A file by its absolute path; without bytes there is none. */
export interface FolderFile {
  path: string;
  bytes: Uint8Array | null;
}
/** A file or a symbolic link of a working tree, by its path below the tree's root. */
export type TreeFile = { path: string; bytes: Uint8Array; executable: boolean } | { path: string; link: string };
export interface SandboxResult {
  content: string;
  isError: boolean;
}
export interface Sandbox {
  /**
   * Runs one tool. Never throws for what the tool did (that is `isError`); rejects with `SandboxGone` when the sandbox
   * died, and then nothing is known about the call's effect. Output above 100,000 characters is cut and marked.
   */
  execute(tool: SandboxTool, input: Record<string, unknown>, signal: AbortSignal): Promise<SandboxResult>;
  /** Files under `/mnt/session/outputs`, for the Files API. */
  outputs(): Promise<{ path: string; bytes: Uint8Array }[]>;
  /** Makes files below the folders and the mounts what they should be, also where the hands may only read. Not reported as a change. */
  put(files: readonly FolderFile[]): Promise<void>;
  /** Regular files below the writable folders that differ from what was last put or reported, in order of their paths. */
  changes(): Promise<FolderFile[]>;
  /**
   * Puts a working tree below `root`, a path outside the mounts; its files are the hands' own from then on. Rejects when
   * there is no room for it: then nothing of it stays, unless something was at `root` before.
   */
  place(root: string, files: readonly TreeFile[]): Promise<void>;
  dispose(): Promise<void>;
}
export interface Sandboxes {
  create(spec: SandboxSpec): Promise<Sandbox>;
}
export class SandboxGone extends Error {
  override readonly name = 'SandboxGone';
}
