/** Tools that others run and offer by the Model Context Protocol. What a server says of its tools is a stranger's text. */
import type { ImageBlock, TextBlock } from '../events.ts';

export interface McpTool {
  /** As the server calls it: letters, digits, `_`, `-` and `.` only, unique in the server. */
  name: string;
  description: string;
  inputSchema: Record<string, unknown>;
}
export interface McpResult {
  content: (TextBlock | ImageBlock)[];
  isError: boolean;
}
export interface McpConnection {
  tools: readonly McpTool[];
  /** Rejects with `McpFailed` when there is no answer: whether the tool ran is then not known. */
  call(name: string, input: Record<string, unknown>, signal: AbortSignal): Promise<McpResult>;
  close(): Promise<void>;
}
export interface McpServers {
  /** Connects and lists the tools. Rejects with `McpFailed`. The token is told to this server and nobody else. */
  connect(server: { url: string; token: string | null }, signal: AbortSignal): Promise<McpConnection>;
}

export class McpFailed extends Error {
  override readonly name = 'McpFailed';
  readonly fault: 'connection' | 'authentication';
  /** The server does not know the token (any more): another one may do. What was asked for has not been done. */
  readonly stale: boolean;
  constructor(fault: McpFailed['fault'], message: string, options: { cause?: unknown; stale?: boolean } = {}) {
    super(message, { cause: options.cause });
    this.fault = fault;
    this.stale = options.stale ?? false;
  }
}
