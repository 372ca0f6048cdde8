export { type Script, scriptedModel } from './model.ts';
