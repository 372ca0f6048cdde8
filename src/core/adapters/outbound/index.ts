export { guardedFetch } from './guarded-fetch.ts';
export { guardedOutbound } from './send.ts';
