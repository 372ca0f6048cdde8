export { mcpServers } from './servers.ts';
