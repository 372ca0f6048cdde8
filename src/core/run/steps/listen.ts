/** Reads one response to its end, showing its text to whoever watches while it is written. */
import type { ModelUsage, PreviewEvent } from '../../events.ts';
import { type EventId, type LogId, mint } from '../../ids.ts';
import { type ModelBlock, type ModelChunk, ModelError } from '../../ports/model.ts';
import type { Store } from '../../ports/store.ts';

export interface Response {
  blocks: ModelBlock[];
  end: Extract<ModelChunk, { type: 'end' }>;
  /** The ids under which the previews ran; the events carry them on. */
  message: EventId;
  thinking: EventId;
}

/** Where it is shown while it is written. */
interface Show {
  store: Store;
  log: LogId;
}

/** Thinking is shown to go on, never what it says; each text block of the message has its own index. */
function previews(show: Show | null, message: EventId, thinking: EventId) {
  const begun = new Set<EventId>();
  const send = (preview: PreviewEvent) => show?.store.preview(show.log, preview);
  const begin = (type: 'agent.message' | 'agent.thinking', id: EventId) => {
    if (!begun.has(id)) send({ type: 'event_start', event: { type, id } });
    begun.add(id);
  };
  return {
    thinking: () => begin('agent.thinking', thinking),
    text(text: string, index: number) {
      if (text === '') return;
      begin('agent.message', message);
      send({
        type: 'event_delta',
        event_id: message,
        delta: { type: 'content_delta', index, content: { type: 'text', text } },
      });
    },
  };
}

/** `begun` hears what was spent before there is an answer. */
export async function listen(
  chunks: AsyncIterable<ModelChunk>,
  show: Show | null,
  begun: (usage: ModelUsage) => void,
): Promise<Response> {
  const message = mint('sevt');
  const thinking = mint('sevt');
  const preview = previews(show, message, thinking);
  const blocks: ModelBlock[] = [];
  for await (const chunk of chunks) {
    switch (chunk.type) {
      case 'begin':
        begun(chunk.usage);
        break;
      case 'thinking':
        preview.thinking();
        break;
      case 'text_delta':
        preview.text(chunk.text, blocks.filter(hasText).length);
        break;
      case 'block':
        blocks.push(chunk.block);
        break;
      case 'end':
        return { blocks, end: chunk, message, thinking };
    }
  }
  throw new ModelError('connection', 'The response stopped short of its end.');
}

function hasText(block: ModelBlock): boolean {
  return block.type === 'text' && block.text !== '';
}
