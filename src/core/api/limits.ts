import { type MemoryLimits, memoryLimits } from '../memories.ts';

/** Sizes and counts of the service as its documentation gave them on 2026-11-01. Beyond one, the answer is 400. */
export interface ApiLimits extends MemoryLimits {
  memoryStoresPerSession: number;
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
  memoryStoresPerSession: 8,
  credentialsPerVault: 20,
  hostsPerCredential: 16,
  vaultsPerSession: 50,
  scheduledDeployments: 1_000,
  workLeaseSeconds: 90,
};
