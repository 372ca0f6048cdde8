export { justBashSandboxes, type SandboxLimits } from './sandboxes.ts';
