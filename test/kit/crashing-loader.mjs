/** `node --import …/crashing-loader.mjs file.ts`: files of `test` lose their types, those of `src` come from the build. */
import { register } from 'node:module';

register('./strip-types-hooks.mjs', import.meta.url);
register('./crashing-loader-hooks.mjs', import.meta.url);
