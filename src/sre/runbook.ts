/** A runbook: knowledge written before the incident, of a certain age and from certain sources. */
export interface Runbook {
  slug: string;
  /** `SKILL.md` and what lies beside it, paths relative to the folder. */
  files: { path: string; bytes: Uint8Array }[];
  about: RunbookAbout;
}

export interface RunbookAbout {
  /** `YYYY-MM-DD`; null when nobody wrote down when it was last looked at. */
  lastReviewed: string | null;
  /** Where its facts come from. */
  sources: string | null;
}

const DAY = 86_400_000;
/** Systems change; what nobody looked at for so long may describe another one. */
const OLD_DAYS = 365;

/** "reviewed 2026-11-01, 20 days ago", with a warning when that is long. */
export function ageOf(lastReviewed: string | null, now: number): string {
  const at = Date.parse(lastReviewed ?? '');
  if (Number.isNaN(at)) return 'never reviewed, as far as is known';
  const days = Math.max(0, Math.floor((now - at) / DAY));
  const ago = days === 0 ? 'today' : `${days} ${days === 1 ? 'day' : 'days'} ago`;
  return `reviewed ${lastReviewed}, ${ago}${days > OLD_DAYS ? ': old, check it before you follow it' : ''}`;
}
