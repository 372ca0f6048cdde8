export { justBashSandboxes } from './sandboxes.ts';
