/** Skills that every workspace has without an upload, under short names. Nobody changes or deletes them. */
export interface LibrarySkill {
  /** Its id on the wire and its folder in the sandbox. */
  name: string;
  displayName: string;
  description: string;
  /** The day of its text, as YYYYMMDD. Only the newest is kept. */
  version: string;
  files: readonly { path: string; bytes: Uint8Array; executable: boolean }[];
}
/** In the order in which they are listed. */
export type SkillLibrary = readonly LibrarySkill[];

/**
 * The skill behind a name and a version: `latest` or any day, which stands for the newest text, so that what pins an earlier
 * day goes on working. Null for everything else.
 */
export function inLibrary(library: SkillLibrary, name: string, version = 'latest'): LibrarySkill | null {
  if (version !== 'latest' && !/^\d{8}$/.test(version)) return null;
  return library.find((skill) => skill.name === name) ?? null;
}
