import type { Lease } from '../ports/engine.ts';
import type { Workshop } from './turn.ts';

/** Moves the lease's end every third of its length until stopped. */
export function keepLease(workshop: Workshop, claimed: Lease, changed: (lease: Lease | null) => void): () => void {
  const { clock, engine } = workshop.ports;
  let lease = claimed;
  const period = Math.max(100, (claimed.until - clock.now()) / 3);
  const timer = setInterval(() => {
    // A renewal that fails is tried again at the next tick; the lease outlives two of them.
    engine.renew(lease).then(
      (renewed) => {
        if (renewed !== null) lease = renewed;
        changed(renewed);
      },
      () => undefined,
    );
  }, period);
  timer.unref();
  return () => clearInterval(timer);
}
