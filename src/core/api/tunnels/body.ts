import type { TunnelCertificateId, TunnelId } from '../../ids.ts';

/** A name for private MCP servers. This server keeps it; it runs no tunnel. */
export interface TunnelBody {
  id: TunnelId;
  type: 'tunnel';
  display_name: string | null;
  /** Never given out twice. */
  domain: string;
  created_at: string;
  archived_at: string | null;
  hidden: {
    /** Null once the tunnel is archived. */
    token: { id: string; version: number; sealed: string } | null;
    /** Why the token was changed, the last ones. */
    rotations: { at: string; reason: string | null }[];
  };
}

export interface TunnelCertificateBody {
  id: TunnelCertificateId;
  type: 'tunnel_certificate';
  tunnel_id: TunnelId;
  /** Lower-case hexadecimal SHA-256 of the DER encoding. */
  fingerprint: string;
  expires_at: string | null;
  created_at: string;
  archived_at: string | null;
  hidden: { pem: string };
}
