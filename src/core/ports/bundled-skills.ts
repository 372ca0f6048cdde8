/** Skills that every workspace has without an upload, under short names. Nobody changes or deletes them. */
export interface BundledSkill {
  /** Its id on the wire and its folder in the sandbox. */
  name: string;
  displayName: string;
  description: string;
  /** The day of its text, as YYYYMMDD. Only the newest is kept. */
  version: string;
  files: readonly { path: string; bytes: Uint8Array; executable: boolean }[];
}
/** In the order in which they are listed. */
export type BundledSkills = readonly BundledSkill[];

/**
 * The skill behind a name and a version: `latest` or any day, which stands for the newest text, so that what pins an earlier
 * day goes on working. Null for everything else.
 */
export function bundledSkill(skills: BundledSkills, name: string, version = 'latest'): BundledSkill | null {
  if (version !== 'latest' && !/^\d{8}$/.test(version)) return null;
  return skills.find((skill) => skill.name === name) ?? null;
}
