export { type GitForgeOptions, gitForge } from './forge.ts';
