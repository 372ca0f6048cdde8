export { githubChanges } from './changes/index.ts';
export { type GithubForgeOptions, githubForge } from './forge.ts';
