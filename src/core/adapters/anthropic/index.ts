export { type AnthropicOptions, anthropicModel } from './model.ts';
