import { StoreUnavailable } from '../../ports/store.ts';
import type { Driver, DriverName } from './driver.ts';
import { nodeDriver } from './node-driver.ts';
import { npmDriver } from './npm-driver.ts';

const LOADERS: Record<DriverName, () => Promise<Driver>> = { sqlite3: npmDriver, 'node:sqlite': nodeDriver };

/** The driver asked for; without a wish, npm `sqlite3` and where that does not load, `node:sqlite`. */
export async function loadDriver(wish?: DriverName): Promise<Driver> {
  const names: readonly DriverName[] = wish ? [wish] : ['sqlite3', 'node:sqlite'];
  const failures: Error[] = [];
  for (const name of names) {
    try {
      return await LOADERS[name]();
    } catch (cause) {
      failures.push(new Error(`${name}: ${firstLine(cause)}`, { cause }));
    }
  }
  throw new StoreUnavailable(
    `No SQLite driver could be loaded (${failures.map((failure) => failure.message).join('; ')}). ` +
      'Run `npm rebuild sqlite3` (it needs a C++ compiler and Python where no prebuilt binary fits), ' +
      'or use Node 22.13 or later, which brings its own SQLite.',
    { cause: new AggregateError(failures) },
  );
}

function firstLine(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause);
  return message.split('\n', 1).join('');
}
