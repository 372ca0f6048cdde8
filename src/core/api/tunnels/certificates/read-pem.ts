/** One certificate out of a PEM text. Pure. */
import { createHash, X509Certificate } from 'node:crypto';
import { invalid } from '../../errors.ts';

export interface ReadCertificate {
  /** Without anything that stood around it. */
  pem: string;
  fingerprint: string;
  expires_at: string | null;
}

const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----[^-]*-----END \1-----/g;
/** RFC 5280's way to say that there is no end. */
const NEVER = Date.UTC(9999, 11, 31, 23, 59, 59);

/** Refuses more than one certificate, and whatever holds a key. */
export function readCertificate(text: string): ReadCertificate {
  const blocks = [...text.matchAll(BLOCK)];
  if (blocks.some(([, label = '']) => label.includes('PRIVATE KEY')) || text.includes('PRIVATE KEY')) {
    throw invalid('ca_certificate_pem: holds a private key; send the certificate alone, and change that key');
  }
  const [block] = blocks;
  if (blocks.length !== 1 || block?.[1] !== 'CERTIFICATE') {
    throw invalid('ca_certificate_pem: must hold exactly one certificate');
  }
  const certificate = parse(block[0]);
  const ends = Date.parse(certificate.validTo);
  return {
    pem: block[0],
    fingerprint: createHash('sha256').update(certificate.raw).digest('hex'),
    expires_at: Number.isNaN(ends) || ends >= NEVER ? null : new Date(ends).toISOString(),
  };
}

function parse(pem: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (error) {
    throw invalid('ca_certificate_pem: is not an X.509 certificate', undefined, error);
  }
}
