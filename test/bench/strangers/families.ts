import type { Family } from './fault.ts';
import * as changed from './faults-changes.ts';
import * as none from './faults-none.ts';

/** In the order in which seeds take their turns. */
export const FAMILIES: [[string, Family], ...[string, Family][]] = [
  ['memory leak', changed.leakByDeploy],
  ['many queries', changed.manyQueries],
  ['pool too small', changed.poolTooSmall],
  ['bad flag', changed.badFlag],
  ['cold cache', changed.coldCache],
  ['dropped index', changed.droppedIndex],
  ['batch job', changed.batchJob],
  ['broken route', changed.brokenRoute],
  ['stuck consumer', changed.stuckConsumer],
  ['bad canary', changed.badCanary],
  ['name servers', changed.nameServers],
  ['slow vendor', none.slowVendor],
  ['used-up quota', none.usedUpQuota],
  ['ended certificate', none.endedCertificate],
  ['many visitors', none.manyVisitors],
  ['dead node', none.deadNode],
  ['full disk', none.fullDisk],
  ['large tenant', none.largeTenant],
  ['false alarm', none.falseAlarm],
  ['two causes', none.twoCauses],
  ['healed', none.healed],
  ['late', none.late],
];
