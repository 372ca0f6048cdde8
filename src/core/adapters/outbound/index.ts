export { fetchOutbound } from './send.ts';
