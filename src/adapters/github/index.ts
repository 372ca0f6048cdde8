export { type GithubForgeOptions, githubForge } from './forge.ts';
