/** Which of the skills that the system prompt lists is a runbook for what is seen. Several words must agree. */
import { wordsOf } from './vocabulary.ts';

export interface Skill {
  slug: string;
  path: string;
}
const ENTRY = /^.*?(\/mnt\/skills\/([\w.-]+)\/SKILL\.md).*$/gm;
const COMMON = new Set(
  'the a an of and or to for in on is it its runbook when with by how what mnt skills skill md service alert high use'.split(
    ' ',
  ),
);

/** `seen`: the words of the alert, and the name of what moved first. Best first, at most two. */
export function matchingSkills(system: string, seen: string): Skill[] {
  const words = new Set(wordsOf(seen).filter((word) => word.length > 2 && !COMMON.has(word)));
  return [...system.matchAll(ENTRY)]
    .map(([line, path = '', slug = '']) => {
      const own = new Set(wordsOf(line).filter((word) => !COMMON.has(word)));
      return { path, slug, score: [...own].filter((word) => words.has(word)).length };
    })
    .filter(({ score }) => score >= 2)
    .sort((a, b) => b.score - a.score || a.slug.localeCompare(b.slug))
    .slice(0, 2)
    .map(({ path, slug }) => ({ path, slug }));
}
