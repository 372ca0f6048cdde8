/** The table of requirements as a document for people who want to know what works. Pure. */
import type { Requirement } from './requirements.ts';

const METHODS = 122;
const MARKS = { implemented: 'yes', partial: 'in part', planned: 'not yet' } as const;

export function renderCompatibility(rows: readonly Requirement[], cited: ReadonlyMap<string, string[]>): string {
  const methods = rows.filter((row) => !row.id.startsWith('wire.'));
  const count = (status: Requirement['status']) => methods.filter((row) => row.status === status).length;
  const chapters = [...new Set(rows.map((row) => row.source))];
  return [
    '# Compatibility with the Managed Agents API',
    '',
    'Written from `test/wire/requirements.ts` by `npm run compat`; do not edit by hand. Each row is a method or helper of',
    'the official client, `@anthropic-ai/sdk` 1.11.0. Tests drive the unmodified client, in process and over HTTP.',
    'What is not there yet is answered with an error that says so. The last column names tests that show the row at work;',
    'details of a row may be held by tests of its parts instead.',
    '',
    `Of ${METHODS} methods and helpers ${count('implemented')} work, ${count('partial')} work in part and ${count('planned')} do not yet.`,
    ...chapters.flatMap((chapter) => [
      '',
      `## ${chapter}`,
      '',
      '| Method | Works | Behaviour | Shown by |',
      '|---|---|---|---|',
      ...rows.filter((row) => row.source === chapter).map((row) => line(row, cited.get(row.id) ?? [])),
    ]),
    '',
  ].join('\n');
}

function line({ id, status, behaviour, missing }: Requirement, titles: readonly string[]): string {
  const works = missing === undefined ? MARKS[status] : `${MARKS[status]}; missing: ${missing}`;
  return `| \`${id}\` | ${cell(works)} | ${cell(behaviour)} | ${cell(titles.join('; '))} |`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
