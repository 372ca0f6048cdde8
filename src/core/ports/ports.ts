/** Everything the core asks of the world, in one hand. */
import type { Blobs } from './blobs.ts';
import type { BundledSkills } from './bundled-skills.ts';
import type { Clock } from './clock.ts';
import type { Engine } from './engine.ts';
import type { McpServers } from './mcp.ts';
import type { Messages } from './messages.ts';
import type { Models } from './model.ts';
import type { Outbound } from './outbound.ts';
import type { Repositories } from './repositories.ts';
import type { Sandboxes } from './sandbox.ts';
import type { Secrets } from './secrets.ts';
import type { Store } from './store.ts';

export interface Ports {
  store: Store;
  engine: Engine;
  blobs: Blobs;
  models: Models;
  /** Null without a model service that speaks the Messages API. */
  messages: Messages | null;
  sandboxes: Sandboxes;
  repositories: Repositories;
  clock: Clock;
  secrets: Secrets;
  bundledSkills: BundledSkills;
  outbound: Outbound;
  mcp: McpServers;
}
