/** `node --import ./test/kit/strip-types.mjs file.ts`: child processes of tests run the sources without a build. */
import { register } from 'node:module';

register('./strip-types-hooks.mjs', import.meta.url);
