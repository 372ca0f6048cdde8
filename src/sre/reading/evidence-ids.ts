import type { EvidenceId } from '../ids.ts';

/** Those of the texts that have the form of an evidence id; whether one exists is for the store to say. */
export function evidenceIdsOf(texts: readonly string[]): EvidenceId[] {
  return texts.filter(isEvidenceId);
}

function isEvidenceId(text: string): text is EvidenceId {
  return /^E[1-9][0-9]*$/.test(text);
}
