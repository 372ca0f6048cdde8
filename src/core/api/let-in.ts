/** A refusal that comes while its request is still being sent is lost with the connection, unless the rest is let in first. */
import type { IncomingMessage } from 'node:http';

const MOST_BYTES = 64 * 1024 * 1024;
const MOST_MS = 1_000;

/** Resolves when the rest of the body was thrown away, or when there is too much of it to wait for. */
export async function letIn(request: IncomingMessage): Promise<void> {
  if (request.complete || request.destroyed) return;
  await new Promise<void>((resolve) => {
    let bytes = 0;
    const timer = setTimeout(done, MOST_MS);
    function done(): void {
      clearTimeout(timer);
      resolve();
    }
    request.on('data', (chunk: Uint8Array) => {
      bytes += chunk.length;
      if (bytes > MOST_BYTES) done();
    });
    request.once('end', done).once('close', done);
  });
}
