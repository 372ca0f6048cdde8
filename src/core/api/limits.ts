/** Sizes and counts of the service as its documentation gave them on 2026-11-01. Beyond one, the answer is 400. */
export interface ApiLimits {
  /** UTF-8 bytes of one memory. */
  memoryBytes: number;
  memoriesPerStore: number;
}

export const documentedLimits: ApiLimits = {
  memoryBytes: 102_400,
  memoriesPerStore: 2_000,
};
