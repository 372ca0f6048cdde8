import { connect, isIP, type Socket } from 'node:net';
import { OutboundRefused } from '../../ports/outbound.ts';
import { bare, isNamedHost } from './named.ts';
import { isPublic } from './public.ts';
import { publicLookup } from './send.ts';

/** Connections for clients that speak for themselves, under the same rules: public addresses and named hosts. */
export function guardedConnect(privateHosts: readonly string[] = []): (url: URL) => Promise<Socket> {
  return async (url) => {
    const named = isNamedHost(privateHosts, url);
    const host = bare(url.hostname);
    if (!named && isIP(host) !== 0 && !isPublic(host)) throw new OutboundRefused(`${host} is not a public address`);
    const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
    const socket = connect({ host, port, ...(named ? {} : { lookup: publicLookup }) });
    return await new Promise((resolve, reject) => {
      socket.once('error', reject);
      socket.once('connect', () => resolve(socket.off('error', reject)));
    });
  };
}
