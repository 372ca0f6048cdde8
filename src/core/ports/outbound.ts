/** Requests the core makes to services of others: one attempt, no redirects, bounded in time and size. */
export interface OutboundRequest {
  method: 'GET' | 'POST';
  url: string;
  headers: Readonly<Record<string, string>>;
  body?: string;
  timeoutMs: number;
  /** Of the answer; what comes after is not read. */
  maxBytes: number;
  /** `errors` reads the body of answers from 400 on only: a stream that never ends is then left at once. */
  read: 'always' | 'errors';
}
export interface OutboundReply {
  status: number;
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>;
  body: string;
  truncated: boolean;
}
export interface Outbound {
  /** Resolves with whatever the service answered. Rejects with `OutboundFailed` when there was no answer. */
  send(request: OutboundRequest): Promise<OutboundReply>;
}

/** Name, network, TLS or time: the service could not be asked. */
export class OutboundFailed extends Error {
  override readonly name = 'OutboundFailed';
}
