/** What a sandbox knows of the memory stores mounted in it. */
import type { MemoryStoreId } from '../../ids.ts';

/** By store: its revision when it was last shown, and the hash of each memory as the hands last saw it. */
export type Seen = Map<MemoryStoreId, { revision: number; hashes: Map<string, string> }>;
