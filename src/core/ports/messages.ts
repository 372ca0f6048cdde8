/** The Messages API of the configured model service, for callers that want to ask it through this server. */
export type MessagesPath = '/v1/messages' | '/v1/messages/count_tokens';

export interface MessagesRequest {
  path: MessagesPath;
  /** The caller's; only what the service needs is sent on, and never a credential. */
  headers: Readonly<Record<string, string>>;
  /** Sent as it is. */
  body: Uint8Array;
}
export interface MessagesReply {
  status: number;
  /** Names in lower case; only what a caller has a use for. */
  headers: Readonly<Record<string, string>>;
  /** Ends early by throwing when the service breaks off. */
  body: AsyncIterable<Uint8Array>;
}

export interface Messages {
  /**
   * One attempt under this server's own key. Resolves with whatever the service answered, as soon as it begins to;
   * rejects with `MessagesUnreachable` when it did not. The key never comes back, even when the service repeats it.
   */
  forward(request: MessagesRequest, signal: AbortSignal): Promise<MessagesReply>;
}

/** Connection or time: the service gave no answer. */
export class MessagesUnreachable extends Error {
  override readonly name = 'MessagesUnreachable';
}
