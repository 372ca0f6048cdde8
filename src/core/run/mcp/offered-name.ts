/** What the model calls a server's tool. No tool of an agent may begin like this, and no two servers share a name. */
export function offeredName(server: string, tool: string): string {
  const plain = (text: string) => text.replace(/[^A-Za-z0-9_-]/g, '_');
  return `mcp__${plain(server)}__${plain(tool)}`;
}

/** As the Messages API takes names. */
export const MAX_OFFERED_NAME = 128;
