import type { CredentialBody } from '../../../documents.ts';
import type { Doc, DocRow } from '../../../ports/store.ts';
import { changedDoc } from '../../core.ts';

/** The credential archived: its record stays, its secrets are gone. */
export function purged(credential: CredentialBody, now: string): CredentialBody {
  const { key } = credential.hidden;
  return { ...credential, archived_at: now, updated_at: now, hidden: { key, secrets: {} } };
}

export function purgedPut(row: DocRow<CredentialBody>, now: string): { doc: Omit<Doc, 'revision'>; expect: number } {
  return { doc: changedDoc(row, purged(row.body, now), true), expect: row.revision };
}
