/** What models take beside text: the same for what clients send, what files hold and what tools answer. */
export const IMAGE_TYPES = ['image/jpeg', 'image/png', 'image/gif', 'image/webp'] as const;
export const DOCUMENT_TYPES = ['application/pdf'] as const;

/** Why a file of this type cannot stand in such a block; null when it can. Text files are documents. */
export function mediaFault(block: 'image' | 'document', mimeType: string): string | null {
  const type = mimeType.split(';', 1).join('').trim().toLowerCase();
  if (block === 'image')
    return isOneOf(IMAGE_TYPES, type) ? null : `${type} is no image that models read: ${list(IMAGE_TYPES)}`;
  if (type.startsWith('text/') || isOneOf(DOCUMENT_TYPES, type)) return null;
  return `${type} is no document that models read: text, ${list(DOCUMENT_TYPES)}`;
}

function isOneOf(known: readonly string[], type: string): boolean {
  return known.includes(type);
}
function list(types: readonly string[]): string {
  return types.join(', ');
}
