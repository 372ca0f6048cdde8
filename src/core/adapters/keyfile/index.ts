export { keyfileSecrets } from './secrets.ts';
