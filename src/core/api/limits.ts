import { type MemoryLimits, memoryLimits } from '../memories.ts';
import { MAX_FILE_BYTES } from './multipart.ts';

/**
 * Sizes and counts of the service as its documentation gave them on 2026-11-01. Beyond one, the answer is 400, and 413 for
 * uploads. Lengths of single fields stand in the schemas.
 */
export interface ApiLimits extends MemoryLimits {
  memoryStoresPerSession: number;
  /** Of one upload, at most 500 MB. */
  fileBytes: number;
  /** Of one version of a skill, unpacked. */
  skillBytes: number;
  /** Different ones, over all agents of the session. */
  skillsPerSession: number;
  /** Active ones. */
  credentialsPerVault: number;
  /** Hosts one credential's secret may be sent to. */
  hostsPerCredential: number;
  vaultsPerSession: number;
  /** Not archived, with a schedule. */
  scheduledDeployments: number;
  /** Seconds a worker of a self-hosted environment may be silent, unless it asks for another time. */
  workLeaseSeconds: number;
}

export const documentedLimits: ApiLimits = {
  ...memoryLimits,
  fileBytes: MAX_FILE_BYTES,
  skillBytes: 30 * 1024 * 1024,
  skillsPerSession: 500,
  memoryStoresPerSession: 8,
  credentialsPerVault: 20,
  hostsPerCredential: 16,
  vaultsPerSession: 50,
  scheduledDeployments: 1_000,
  workLeaseSeconds: 90,
};
