/**
 * Requests the core makes to services of others: one attempt, no redirects, bounded in time and size. An address that
 * is not public is asked only when the operator named it.
 */
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
  /**
   * Resolves with whatever the service answered. Rejects with `OutboundFailed` when there was no answer, and with
   * `OutboundRefused` when it was not asked, because of its address.
   */
  send(request: OutboundRequest): Promise<OutboundReply>;
  /** Whether the operator named the host of this URL as one that may be asked though it is not public. */
  isNamed(url: string): boolean;
}

/** Name, network, TLS or time: the service could not be asked. */
export class OutboundFailed extends Error {
  override readonly name: string = 'OutboundFailed';
}

/** The name leads to an address that is not public, now; nothing was sent. */
export class OutboundRefused extends OutboundFailed {
  override readonly name = 'OutboundRefused';
}
