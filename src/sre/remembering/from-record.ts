import type { Answer } from '../ports/answer.ts';
import { IncidentsUnavailable } from '../ports/incidents.ts';
import { orUnavailable } from '../ports/or-unavailable.ts';

export const OWN_RECORD = "vigil's own record";

/** What `work` answers; a record that cannot be read now is a source that could not be asked. */
export async function fromRecord<Data>(work: () => Promise<Answer<Data>>): Promise<Answer<Data>> {
  try {
    return await orUnavailable(OWN_RECORD, work);
  } catch (error) {
    if (!(error instanceof IncidentsUnavailable)) throw error;
    return { status: 'unavailable', source: OWN_RECORD, why: 'unreachable', detail: error.message };
  }
}
