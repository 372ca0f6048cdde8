export { gitForge } from './forge.ts';
