/** The numbers the ranking of services rests on, in one place. How each was chosen: docs/ranking.md. */
import type { Family } from './families.ts';

export interface Rules {
  /** Of a departure, by what is measured. */
  weight: Record<Family, number>;
  /** What is left of a departure to the good side, as fewer errors: the shadow of trouble elsewhere. */
  goodSide: number;
  /** The distance from the middle that this share of the history keeps is not unusual. */
  tail: number;
  /** A departure that two of so many parts of the history have had is an ordinary one; a fault of one part is none. */
  parts: number;
  /** A departure of this many scales says all; a larger one is not more of a cause. */
  most: number;
  /** What families beyond the strongest one of a service add, as a share. */
  breadth: number;
  /** Below it a service counts as calm, and no path of trouble leads over it. */
  calm: number;
  /** How much of a caller's symptoms an equally troubled callee takes away. */
  explained: number;
  /** What a troubled caller adds to its callee, as a share; a call farther adds `farther` of that. */
  explains: number;
  farther: number;
  /**
   * A leaf of the graph is often known by what its callers see of it only (a load balancer, a vendor): of two services
   * that show the same, the one with code of its own comes first.
   */
  leaf: number;
  /** A service that the alert's service does not depend on. */
  elsewhere: number;
  /** Least score of the first service to say that something is wrong. */
  loud: number;
  /** And least departure of the alert's own service. */
  hurts: number;
  /** Score from which a service is named although the alert's own is calm. */
  clear: number;
}

export const RULES: Rules = {
  // Requests that wait or fail hurt; a resource that runs hot is where it may come from; how much is asked of a service
  // is mostly decided elsewhere.
  weight: { errors: 1, latency: 1, resource: 1, memory: 1, traffic: 0.35, other: 0.35 },
  goodSide: 0.3,
  tail: 0.98,
  parts: 6,
  most: 20,
  breadth: 0.15,
  calm: 0.35,
  explained: 0.8,
  explains: 0.3,
  farther: 0.7,
  leaf: 0.85,
  elsewhere: 0.3,
  loud: 1.8,
  hurts: 0.4,
  clear: 2,
};
