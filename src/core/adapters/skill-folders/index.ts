export { readSkillFolders } from './read.ts';
