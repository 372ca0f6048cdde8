export { anthropicMessages } from './forward.ts';
export { anthropicModel } from './model.ts';
