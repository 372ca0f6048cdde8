/** A core on HTTP in this process: says where it listens, and leaves in order when it is asked to. */
import Fastify, { type FastifyPluginAsync } from 'fastify';

export async function serveCore(core: { plugin: FastifyPluginAsync; close(): Promise<void> }): Promise<void> {
  const server = Fastify({ forceCloseConnections: true });
  await server.register(core.plugin);
  const url = await server.listen({ port: 0, host: '127.0.0.1' });
  process.once('SIGTERM', async () => {
    await server.close();
    await core.close();
    process.exit(0);
  });
  process.stdout.write(`listening on ${url}\n`);
}
