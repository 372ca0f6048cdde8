import { siblings } from './moved-services.ts';
import type { Scene } from './scene.ts';

/** More would make the questions long, and the answers longer. */
const MOST_SERVICES = 24;

/** The alert's service, what it depends on within two calls, who calls it within two, who shares what it leans on. */
export function pathServices(scene: Scene): Set<string> {
  const near = (distances: ReadonlyMap<string, number>): string[] =>
    [...distances].filter(([, distance]) => distance <= 2).map(([name]) => name);
  return new Set([...near(scene.down), ...near(scene.up), ...siblings(scene)].slice(0, MOST_SERVICES));
}
