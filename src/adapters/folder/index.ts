export { openWorld, type World } from './open-world.ts';
export { WorldError } from './world-error.ts';
