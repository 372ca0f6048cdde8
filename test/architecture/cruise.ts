/** Runs the law of imports over a tree, as `npm run check` does, and answers what was broken and how much was read. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

export const root = join(import.meta.dirname, '../..');
const law = join(import.meta.dirname, 'imports.cjs');

const report = z.object({
  modules: z.array(z.object({ source: z.string() })),
  summary: z.object({
    violations: z.array(
      z.object({
        from: z.string(),
        to: z.string(),
        rule: z.object({ name: z.string() }),
        comment: z.string().optional(),
      }),
    ),
  }),
});
export type Report = z.infer<typeof report>;

export async function cruise(tree: string): Promise<Report> {
  const folders = ['src', 'tools', 'fixtures'].filter((folder) => existsSync(join(tree, folder)));
  const cli = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const args = [cli, '--config', law, '--output-type', 'json', ...folders];
  const stdout = await new Promise<string>((resolve, reject) => {
    execFile(process.execPath, args, { cwd: tree, maxBuffer: 256 * 1024 * 1024 }, (error, out, err) => {
      if (out === '') reject(new Error(`dependency-cruiser printed nothing: ${err}`, { cause: error }));
      else resolve(out);
    });
  });
  return report.parse(JSON.parse(stdout));
}
