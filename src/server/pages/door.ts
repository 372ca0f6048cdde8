/** Who may read the pages: whoever knows the API key, which the browser asks for as a password and remembers. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isKey } from '../bearer.ts';
import { Failure } from '../failure.ts';

/** The user name is of no importance. No other route takes a password: a page of a stranger cannot act by it. */
export function requirePassword(request: FastifyRequest, reply: FastifyReply, apiKey: string): void {
  const sent = /^Basic ([A-Za-z0-9+/=]+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
  const words = Buffer.from(sent, 'base64').toString('utf8');
  if (isKey(words.slice(words.indexOf(':') + 1), apiKey)) return;
  reply.header('www-authenticate', 'Basic realm="Vigil", charset="UTF-8"');
  throw new Failure(
    401,
    'unauthorized',
    'These pages need the API key',
    'Give any user name, and as the password the API key: VIGIL_API_KEY, or what the server keeps in DATA/api-key.',
  );
}
