/** Ports of a process that dies at a chosen call: nothing it does afterwards reaches the world, as after kill -9. */
import type { Engine } from '../../../src/core/ports/engine.ts';
import type { Ports } from '../../../src/core/ports/ports.ts';

export interface Death {
  /** The call at which the process dies, counted over all watched calls, from 1. */
  at: number;
  /** Whether that call still took effect. */
  after: boolean;
}
export interface Mortal {
  wrap(ports: Ports): Ports;
  calls: string[];
  dead(): boolean;
  died: Promise<void>;
}

/** Watches `engine.append`, the model's first chunk and every tool execution. Without a death it only counts. */
export function mortal(death: Death | null): Mortal {
  const calls: string[] = [];
  let dead = false;
  let tell: () => void = () => undefined;
  const died = new Promise<void>((resolve) => {
    tell = resolve;
  });

  async function watched<T>(name: string, work: () => Promise<T>): Promise<T> {
    if (dead) throw new Error('dead');
    calls.push(name);
    const last = death !== null && calls.length === death.at;
    if (!last) return work();
    if (death.after) await work();
    dead = true;
    tell();
    throw new Error('dead');
  }
  const silenced = <T extends object>(part: T): T =>
    new Proxy(part, {
      get(target, key, receiver) {
        const value: unknown = Reflect.get(target, key, receiver);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]) => {
          if (dead && key !== 'onWake' && key !== 'preview') throw new Error('dead');
          return value.apply(target, args);
        };
      },
    });

  function wrap(ports: Ports): Ports {
    const engine: Engine = {
      ...silenced(ports.engine),
      claim: async (limit) => (dead ? [] : ports.engine.claim(limit)),
      renew: async (lease) => (dead ? null : ports.engine.renew(lease)),
      release: async (lease, wakeAt) => (dead ? undefined : ports.engine.release(lease, wakeAt)),
      append: (lease, batch) => watched('append', () => ports.engine.append(lease, batch)),
    };
    return {
      ...ports,
      engine,
      store: silenced(ports.store),
      models: {
        for: (id) => {
          const model = ports.models.for(id);
          return {
            async *respond(request, leave) {
              await leave.recorded;
              await watched('model', async () => undefined);
              yield* model.respond(request, leave);
            },
          };
        },
      },
      sandboxes: {
        async create(spec) {
          const sandbox = await ports.sandboxes.create(spec);
          const execute: typeof sandbox.execute = (...args) => watched('execute', () => sandbox.execute(...args));
          return { ...sandbox, execute };
        },
      },
    };
  }
  return { wrap, calls, dead: () => dead, died };
}
