/** The place cannot take a backup or give one, or there is nothing to back up. */
export class BackupRefused extends Error {
  override readonly name = 'BackupRefused';
}
