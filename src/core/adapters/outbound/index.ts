export { guardedConnect } from './connect.ts';
export { guardedFetch } from './guarded-fetch.ts';
export { guardedOutbound } from './send.ts';
