/** What is known of an incident when it is closed, as a grader reads it. */
import type { Finding } from '../finding.ts';

export interface Told {
  /** By whoever closed it; undefined keeps what was found, null says that no change did it. */
  change: string | null | undefined;
  service: string | undefined;
}

type Found = Pick<Finding, 'outcome' | 'cause' | 'onset' | 'ruled_out'>;

/** A finding is an opinion: what a person says of the cause counts more. */
export function truthOf(finding: Found, told: Told): object {
  const found = finding.cause ?? { service: null, change_id: null, kind: 'unknown' };
  const change = told.change === undefined ? found.change_id : told.change;
  return {
    verdict: finding.outcome,
    cause: { service: told.service ?? found.service, change_id: change, kind: found.kind },
    also_accept: [],
    onset: finding.onset === null ? [] : [finding.onset],
    must_rule_out: finding.ruled_out.flatMap(({ change_id }) =>
      change_id === null || change_id === undefined || change_id === change ? [] : [change_id],
    ),
    harmful_actions: [],
  };
}
