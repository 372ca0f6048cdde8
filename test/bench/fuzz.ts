/** `npm run bench:fuzz -- CASES SEED`: spoiled request bodies, 2,000 per family. Ends with 1 at the first failure or hang. */
import { fuzzBodies } from '../wire/fuzz-bodies.ts';

const [cases = 2_000, seed = Date.now() % 1_000_000] = process.argv.slice(2).map(Number);
const fuzzed = await fuzzBodies();
for (const family of fuzzed.families) {
  const began = performance.now();
  const { accepted, refused } = await fuzzed.run(family, cases, seed);
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  console.log(`${family}: ${accepted} accepted, ${refused} refused, ${seconds} s, seed ${seed}`);
}
await fuzzed.close();
