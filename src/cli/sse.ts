/** Server-sent events from a response: frames as they are completed. Comments and unknown fields are left out. */
export interface Frame {
  event: string;
  id: string | null;
  data: string;
}

export async function* frames(response: Response): AsyncGenerator<Frame> {
  const decoder = new TextDecoder();
  let buffer = '';
  for await (const bytes of response.body ?? []) {
    buffer += decoder.decode(bytes, { stream: true });
    const blocks = buffer.split(/\r?\n\r?\n/);
    buffer = blocks.pop() ?? '';
    for (const block of blocks) {
      const frame = parseFrame(block);
      if (frame !== null) yield frame;
    }
  }
}

export function parseFrame(block: string): Frame | null {
  const frame: Frame = { event: 'message', id: null, data: '' };
  const data: string[] = [];
  for (const line of block.split(/\r?\n/)) {
    const [, field, value = ''] = /^([a-z]+):? ?(.*)$/.exec(line) ?? [];
    if (field === 'event') frame.event = value;
    else if (field === 'id') frame.id = value;
    else if (field === 'data') data.push(value);
  }
  return data.length === 0 ? null : { ...frame, data: data.join('\n') };
}
