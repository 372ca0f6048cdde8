export { guardedOutbound } from './send.ts';
