export { anthropicModel } from './model.ts';
