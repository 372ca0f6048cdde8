/** Tunnels and their certificates: kept as nouns, no tunnel is run. */
import { json, type Route } from '../route.ts';
import { archiveTunnel } from './archive.ts';
import { archiveCertificate } from './certificates/archive.ts';
import { createCertificate } from './certificates/create.ts';
import { listCertificates } from './certificates/list.ts';
import { retrieveCertificate } from './certificates/retrieve.ts';
import { createTunnel } from './create.ts';
import { listTunnels } from './list.ts';
import { retrieveTunnel } from './retrieve.ts';
import { revealTunnelToken } from './reveal-token.ts';
import { rotateTunnelToken } from './rotate-token.ts';
import { certificateCreate, tunnelCreate, tunnelListQuery, tunnelTokenRotate } from './schema.ts';

const tunnel = '/tunnels/:tunnel_id';
const certificate = '/tunnels/:tunnel_id/certificates/:certificate_id';

export const tunnelRoutes: readonly Route[] = [
  json('POST', '/tunnels', { body: tunnelCreate }, createTunnel),
  json('GET', '/tunnels', { query: tunnelListQuery }, listTunnels),
  json('GET', tunnel, {}, retrieveTunnel),
  json('POST', `${tunnel}/archive`, {}, archiveTunnel),
  json('POST', `${tunnel}/reveal_token`, {}, revealTunnelToken),
  json('POST', `${tunnel}/rotate_token`, { body: tunnelTokenRotate }, rotateTunnelToken),
  json('POST', `${tunnel}/certificates`, { body: certificateCreate }, createCertificate),
  json('GET', `${tunnel}/certificates`, { query: tunnelListQuery }, listCertificates),
  json('GET', certificate, {}, retrieveCertificate),
  json('POST', `${certificate}/archive`, {}, archiveCertificate),
];
