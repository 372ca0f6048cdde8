/** A session on real SQLite with a scripted model: everything a test of the run needs, nothing of the API. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { diskBlobs } from '../../../src/core/adapters/disk/index.ts';
import { justBashSandboxes } from '../../../src/core/adapters/just-bash/index.ts';
import { type Script, scriptedModel } from '../../../src/core/adapters/scripted/index.ts';
import { openSqlite } from '../../../src/core/adapters/sqlite/index.ts';
import type { AgentToolset, SessionBody, ToolEntry } from '../../../src/core/documents.ts';
import type { EventOf, EventType, InputEvent, PreviewEvent, SessionEvent } from '../../../src/core/events.ts';
import { type EventId, mint, type SessionId } from '../../../src/core/ids.ts';
import type { ModelRequest } from '../../../src/core/ports/model.ts';
import type { Ports } from '../../../src/core/ports/ports.ts';
import type { Sandboxes } from '../../../src/core/ports/sandbox.ts';
import type { Limits } from '../../../src/core/run/limits.ts';
import { createRunner, type Runner } from '../../../src/core/run/runner.ts';

export const workspace = mint('wrkspc');

export interface Setting {
  script: Script;
  tools?: ToolEntry[];
  model?: string;
  agent?: Partial<SessionBody['agent']>;
  environment?: SessionBody['hidden']['environment'];
  sandboxes?: Sandboxes;
  repositories?: Partial<Ports['repositories']>;
  limits?: Partial<Limits>;
  directory?: string;
  wrap?: (ports: Ports) => Ports;
}

export interface Stage {
  ports: Ports;
  session: SessionId;
  directory: string;
  requests: ModelRequest[];
  previews: PreviewEvent[];
  runner: Runner;
  send(...events: readonly Unsent[]): Promise<EventId[]>;
  log(): Promise<SessionEvent[]>;
  /** The log's event types, in order, once an idle with this stop reason was seen `times` times. */
  idle(reason: string, times?: number): Promise<string[]>;
  find<Type extends EventType>(type: Type): Promise<EventOf<Type>[]>;
  until(condition: () => Promise<boolean>): Promise<void>;
  body(): Promise<SessionBody>;
  close(): Promise<void>;
}
/** As a client sends it. */
export type Unsent = InputEvent extends infer E
  ? E extends InputEvent
    ? Omit<E, 'id' | 'processed_at'>
    : never
  : never;

export const toolset = (
  policy: 'always_allow' | 'always_ask' = 'always_allow',
  configs: AgentToolset['configs'] = [],
): ToolEntry => ({
  type: 'agent_toolset_20260401',
  default_config: { enabled: true, permission_policy: { type: policy } },
  configs,
});
export const customTool = (name: string): ToolEntry => ({
  type: 'custom',
  name,
  description: name,
  input_schema: { type: 'object' },
});
export const say = (text: string) => ({ type: 'user.message' as const, content: [{ type: 'text' as const, text }] });

function unused(): Promise<never> {
  return Promise.reject(new Error('the run has no use for this'));
}

export async function stage(setting: Setting): Promise<Stage> {
  const directory = setting.directory ?? (await mkdtemp(join(tmpdir(), 'run-')));
  const clock = { now: () => Date.now() };
  const { store, engine } = await openSqlite({ path: join(directory, 'core.db'), clock });
  const requests: ModelRequest[] = [];
  const model = scriptedModel(setting.script);
  const bare: Ports = {
    store,
    engine,
    clock,
    blobs: diskBlobs(join(directory, 'blobs')),
    sandboxes: setting.sandboxes ?? justBashSandboxes({ graceMs: 300 }),
    secrets: { seal: unused, open: unused },
    outbound: { send: unused, isNamed: () => false },
    messages: null,
    bundledSkills: [],
    mcp: { connect: unused },
    repositories: { resolve: unused, files: unused, ...setting.repositories },
    models: {
      for: () => ({
        async *respond(request, leave) {
          await leave.recorded;
          requests.push(structuredClone(request));
          yield* model.respond(request, leave);
        },
      }),
    },
  };
  const ports = setting.wrap?.(bare) ?? bare;
  const existing = await store.list<SessionBody>({
    kind: 'session',
    workspace,
    order: 'asc',
    limit: 1,
    includeArchived: true,
  });
  const session = existing[0]?.body.id ?? (await createSession(bare, setting)).id;
  const id = session as SessionId;
  const previews: PreviewEvent[] = [];
  const unsubscribe = store.subscribe(id, (item) => {
    if (item.kind === 'preview') previews.push(item.preview);
  });
  const runner = createRunner(ports, setting.limits);
  runner.start();

  const log = async () => (await store.log({ session: id, order: 'asc', limit: 10_000 })).map((row) => row.event);
  const until = async (condition: () => Promise<boolean>) => {
    const deadline = Date.now() + 10_000;
    while (!(await condition())) {
      if (Date.now() > deadline) throw new Error(`waited too long; the log: ${JSON.stringify(await log(), null, 1)}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  return {
    ports,
    session: id,
    directory,
    requests,
    previews,
    runner,
    log,
    until,
    async send(...unsent) {
      const events = unsent.map((event) => stamped(event));
      await store.commit({ inbox: events.map((event) => ({ session: id, event })), wakes: [id] });
      return events.map((event) => event.id);
    },
    async idle(reason, times = 1) {
      const seen = async () =>
        (await log()).filter((event) => event.type === 'session.status_idle' && event.stop_reason.type === reason)
          .length;
      await until(async () => (await seen()) >= times);
      return (await log()).map((event) => event.type);
    },
    async find(type) {
      return (await log()).filter(
        (event): event is Extract<SessionEvent, { type: typeof type }> => event.type === type,
      );
    },
    async body() {
      const doc = await store.get<SessionBody>('session', id);
      if (doc === null) throw new Error('no session');
      return doc.body;
    },
    async close() {
      unsubscribe();
      await runner.close();
      await store.close();
      if (setting.directory === undefined) await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Results are stamped when they are received, the rest when a turn takes them up. */
function stamped(event: Unsent): SessionEvent {
  const atOnce = event.type === 'user.custom_tool_result' || event.type === 'user.tool_result';
  return { ...event, id: mint('sevt'), processed_at: atOnce ? new Date().toISOString() : null } as SessionEvent;
}

async function createSession(ports: Ports, setting: Setting): Promise<{ id: SessionId }> {
  const id = mint('sesn');
  const now = new Date().toISOString();
  const body: SessionBody = {
    id,
    type: 'session',
    status: 'idle',
    title: null,
    agent: {
      id: mint('agent'),
      type: 'agent',
      version: 1,
      name: 'tester',
      description: null,
      system: 'You test.',
      model: { id: setting.model ?? 'scripted', effort: { type: 'high' }, speed: 'standard' },
      tools: setting.tools ?? [toolset()],
      mcp_servers: [],
      skills: [],
      multiagent: null,
      execution_identity: { type: 'service_account' },
      ...setting.agent,
    },
    environment_id: mint('env'),
    metadata: {},
    vault_ids: [],
    budget: null,
    outcome_evaluations: [],
    usage: {
      input_tokens: 0,
      output_tokens: 0,
      cache_read_input_tokens: 0,
      cache_creation: { ephemeral_1h_input_tokens: 0, ephemeral_5m_input_tokens: 0 },
      server_tool_use: { web_search_requests: 0, web_fetch_requests: 0 },
      active_seconds: 0,
    },
    deployment_id: null,
    created_at: now,
    updated_at: now,
    archived_at: null,
    hidden: {
      primary_thread: mint('sthr'),
      environment: setting.environment ?? {
        type: 'cloud',
        networking: { type: 'limited', allow_mcp_servers: false, allow_package_managers: false, allowed_hosts: [] },
        packages: { type: 'packages', apt: [], cargo: [], gem: [], go: [], npm: [], pip: [] },
      },
      active_ms: 0,
      running_since: null,
      terminated_at: null,
    },
  };
  const doc = { kind: 'session' as const, id, workspace, parent: null, createdAt: Date.now(), archived: false, body };
  await ports.store.commit({ opens: [id], puts: [{ doc, expect: 0 }] });
  return { id };
}
