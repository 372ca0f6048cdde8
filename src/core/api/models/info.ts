import type { KnownModel } from '../core.ts';

/** What is not known of a model is null, never guessed. */
export function modelInfo(model: KnownModel) {
  return {
    id: model.id,
    type: 'model',
    display_name: model.display_name,
    created_at: '1970-01-01T00:00:00Z',
    lifecycle: 'active',
    line: null,
    max_input_tokens: null,
    max_tokens: null,
    capabilities: null,
    allowed_fallback_models: null,
    deprecated_at: null,
    retires_at: null,
  };
}
