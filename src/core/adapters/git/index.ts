export { gitRepositories } from './repositories.ts';
