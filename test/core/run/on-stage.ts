/** Stages that are closed after each test. */
import { afterEach } from 'vitest';
import { type Setting, type Stage, stage } from './stage.ts';

export function onStage(): (setting: Setting) => Promise<Stage> {
  const open: Stage[] = [];
  afterEach(async () => {
    for (const one of open.splice(0)) await one.close();
  });
  return async (setting) => {
    const made = await stage(setting);
    open.push(made);
    return made;
  };
}
