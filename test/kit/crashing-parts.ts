/** Parts that end their process at a chosen call, before it takes effect or when it has. */
import { appendFileSync } from 'node:fs';
import type { Ports } from '../../src/core/index.ts';
import type { Engine } from '../../src/core/ports/engine.ts';
import type { Model } from '../../src/core/ports/model.ts';
import type { Sandbox } from '../../src/core/ports/sandbox.ts';
import type { Batch, Store } from '../../src/core/ports/store.ts';
import type { Chat } from '../../src/sre/ports/chat.ts';
import type { Forge } from '../../src/sre/ports/forge.ts';
import type { Incidents } from '../../src/sre/ports/incidents.ts';

export interface Death {
  /** One of the names a watched call goes by, such as `incidents.receive` or `append agent.tool_result`. */
  call: string;
  when: 'before' | 'after';
  /** The how manieth such call, from 1. */
  nth: number;
}
/** A line of the record that outlives the process. */
export type Recorded = { call: string } | { ran: string } | { accepted: string; by: string };

export interface Watch {
  incidents(incidents: Incidents): Incidents;
  chat(chat: Chat): Chat;
  forge(forge: Forge): Forge;
  core(ports: Ports): Ports;
}

export function watch(death: Death | null, recordFile: string): Watch {
  let met = 0;
  const write = (line: Recorded) => appendFileSync(recordFile, `${JSON.stringify(line)}\n`);
  /** True when this call is the one. */
  function isMet(names: readonly string[]): boolean {
    for (const call of names) write({ call });
    if (death === null || !names.includes(death.call)) return false;
    met += 1;
    return met === death.nth;
  }
  async function watched<Result>(names: readonly string[], work: () => Promise<Result>): Promise<Result> {
    if (!isMet(names)) return work();
    if (death?.when === 'after') await work();
    return die();
  }
  /** Every method answered with a promise is watched under `<part>.<method>` and what `more` adds to that. */
  function every<Part extends object>(
    part: Part,
    name: string,
    more: (method: string, args: unknown[]) => string[],
  ): Part {
    return new Proxy(part, {
      get(target, key) {
        const value: unknown = Reflect.get(target, key);
        if (typeof value !== 'function') return value;
        const method = String(key);
        return (...args: unknown[]) => {
          const names = [`${name}.${method}`, ...more(method, args)];
          return isWatched(names) ? watched(names, async () => value.apply(target, args)) : value.apply(target, args);
        };
      },
    });
  }

  return {
    incidents: (incidents) => every(incidents, 'incidents', incidentNames),
    chat: (chat) => every(chat, 'chat', chatNames),
    forge: (forge) => every(forge, 'forge', () => []),
    core(ports) {
      const store: Store = {
        ...ports.store,
        async commit(batch) {
          const done = await watched(['store.commit', ...commitNames(batch)], () => ports.store.commit(batch));
          for (const { session, event } of done.ok ? (batch.inbox ?? []) : [])
            write({ accepted: event.id, by: session });
          return done;
        },
      };
      const engine: Engine = {
        ...ports.engine,
        append: (lease, batch) => watched(['append', ...appendNames(batch)], () => ports.engine.append(lease, batch)),
      };
      const sandboxes: Ports['sandboxes'] = {
        create: (spec) =>
          watched(['sandbox.create'], async () => {
            const sandbox = await ports.sandboxes.create(spec);
            const execute: Sandbox['execute'] = (tool, input, signal) =>
              watched(['sandbox.execute'], () => {
                write({ ran: JSON.stringify(input) });
                return sandbox.execute(tool, input, signal);
              });
            return { ...sandbox, execute };
          }),
      };
      const models: Ports['models'] = { for: (id) => mortalModel(ports.models.for(id)) };
      return { ...ports, store, engine, sandboxes, models };
    },
  };

  function mortalModel(model: Model): Model {
    return {
      async *respond(request, leave) {
        await leave.recorded;
        const last = isMet(['model']);
        if (last && death?.when === 'before') return die();
        for await (const chunk of model.respond(request, leave)) {
          // The answer is there as a whole, and nothing of it is on disk.
          if (last && chunk.type === 'end') return die();
          yield chunk;
        }
      },
    };
  }
}

/** Nothing after this line happens. */
function die(): never {
  process.kill(process.pid, 'SIGKILL');
  for (;;);
}

const unwatched =
  /^(incidents|chat|forge)\.(watch|close|health|get|list|timeline|revision|evidence\w*|actions?\w*|pending|openFor|latestFor|intend|quarantined)$/;

function isWatched([name = '']: readonly string[]): boolean {
  return !unwatched.test(name);
}

/** What happened to the incident, so that a point keeps its name while calls are added around it. */
function incidentNames(method: string, args: unknown[]): string[] {
  const [first, second, third] = args;
  switch (method) {
    case 'save':
      return [`incidents.save ${second === 0 ? 'opened' : stateOf(first)}`];
    case 'advance':
      return [`incidents.advance ${isOf(third)}`];
    case 'complete':
      return [`incidents.complete ${String(first).replace(/[:@].*$/, '')}`];
    case 'note':
      return [`incidents.note ${String(second).replace(/:.*$/, '')}`];
    default:
      return [];
  }
}

function chatNames(method: string, args: unknown[]): string[] {
  const [, post] = args;
  return method === 'post' && isRecord(post) ? [`chat.post ${String(post.kind)}`] : [];
}

function commitNames(batch: Batch): string[] {
  const kinds = new Set((batch.puts ?? []).map(({ doc }) => `store.commit ${doc.kind}`));
  const inputs = new Set((batch.inbox ?? []).map(({ event }) => `store.commit ${event.type}`));
  return [...kinds, ...inputs];
}

function appendNames(batch: Parameters<Engine['append']>[1]): string[] {
  const types = new Set(batch.rows.map(({ event }) => `append ${event.type}`));
  const calls = new Set((batch.toolCalls ?? []).map(({ state }) => `append tool ${state}`));
  return [...types, ...calls];
}

function stateOf(incident: unknown): string {
  return isRecord(incident) ? isOf(incident.state) : 'unknown';
}

function isOf(state: unknown): string {
  return isRecord(state) ? String(state.is) : 'unknown';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
