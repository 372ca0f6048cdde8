import { lokiLogs } from '../../../src/adapters/loki/index.ts';
import { logsContract } from '../../contract/telemetry.ts';
import { fakeLoki, type Pushed } from '../../kit/fake-loki.ts';

const NOW = new Date('2026-05-06T14:00:00.000Z');

logsContract('Loki', NOW, async ({ logs }) => {
  const loki = await fakeLoki();
  await loki.push(
    logs.map(({ time, service, level, message, attributes }): Pushed => {
      const words = Object.entries(attributes).map(([name, value]) => `${name}=${value}`);
      const at = `${Date.parse(time)}000000`;
      return { stream: { service, level }, values: [[at, [message, ...words].join(' ')]] };
    }),
  );
  return { port: lokiLogs({ url: loki.url, now: () => NOW }), close: async () => loki[Symbol.asyncDispose]() };
});
