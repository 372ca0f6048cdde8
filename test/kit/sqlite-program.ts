/** What tests do in another process: `node --import …/strip-types.mjs sqlite-program.ts TASK PATH`. */
import { writeSync } from 'node:fs';
import { openSqlite } from '../../src/core/adapters/sqlite/index.ts';
import { mint } from '../../src/core/ids.ts';

const [task, path] = process.argv.slice(2);
if (task === undefined || path === undefined) throw new Error('usage: sqlite-program.ts TASK PATH');
const say = (text: string) => process.stdout.write(`${text}\n`);
const open = () => openSqlite({ path, clock: { now: () => Date.now() } });

switch (task) {
  case 'hold': {
    await open();
    say('open');
    setInterval(() => undefined, 1_000);
    break;
  }
  case 'refused': {
    await open().then(
      () => say('opened'),
      (error: unknown) => say(error instanceof Error ? `${error.name} ${error.message}` : String(error)),
    );
    break;
  }
  case 'claim': {
    const { store, engine } = await open();
    const session = mint('sesn');
    await store.commit({ opens: [session], wakes: [session] });
    await engine.claim(1);
    say(session);
    setInterval(() => undefined, 1_000);
    break;
  }
  case 'commit twenty': {
    const { store, engine } = await open();
    for (let n = 0; n < 20; n++) {
      // A lease need not wait for the disk; what comes after it must.
      const session = mint('sesn');
      await store.commit({ opens: [session], wakes: [session] });
      const [lease] = await engine.claim(1);
      if (lease !== undefined) await engine.release(lease, null);
      writeSync(1, `begin ${n}\n`);
      const doc = { id: `m${n}`, workspace: 'wrkspc_t', parent: null, createdAt: 0, archived: false, body: n } as const;
      await store.commit({ puts: [{ doc: { kind: 'memory', ...doc } }] });
      // Straight to the file descriptor, so that the trace shows it between the syncs.
      writeSync(1, `acknowledged ${n}\n`);
    }
    await store.close();
    break;
  }
  case 'write': {
    await writeForever(await open());
    break;
  }
  default:
    throw new Error(`no task ${task}`);
}

/** Several writers at once; each line says what has been acknowledged: session, sequence number, document. */
async function writeForever({ store }: Awaited<ReturnType<typeof open>>): Promise<void> {
  const session = mint('sesn');
  await store.commit({ opens: [session] });
  await Promise.all(
    Array.from({ length: 8 }, async (_, writer) => {
      for (let n = 0; ; n++) {
        const id = `${session}-${writer}-${n}`;
        const answer = await store.commit({
          puts: [
            {
              doc: { kind: 'memory', id, workspace: 'wrkspc_t', parent: null, createdAt: 0, archived: false, body: n },
            },
          ],
          append: [
            { session, rows: [{ event: { id: mint('sevt'), type: 'session.status_running', processed_at: id } }] },
          ],
        });
        if (answer.ok) say(`${session} ${answer.appended[0]?.seq} ${id}`);
      }
    }),
  );
}
