/** What clients of 2025 read in answers about files and skills, beside what stands there now: they name the beta of their time. */
const FILES = 'files-api-2025-04-14';
const SKILLS = 'skills-2025-10-02';

type Fields = Readonly<Record<string, unknown>>;

export function withOlderWords(betas: string | string[] | undefined, path: string, answer: object): object {
  const named = String(betas ?? '');
  if (path === '/files' && named.includes(FILES)) return withEnds(fieldsOf(answer));
  if (path.startsWith('/skills') && named.includes(SKILLS)) return ofSkills(fieldsOf(answer));
  return answer;
}

function withEnds(answer: Fields): object {
  return Array.isArray(answer.data) ? { ...answer, ...endsOf(answer) } : answer;
}

function ofSkills(answer: Fields): object {
  return Array.isArray(answer.data) ? { ...answer, data: answer.data.map(older) } : older(answer);
}

function endsOf({ data, next_page }: Fields): object {
  const ids = Array.isArray(data) ? data.map((item) => fieldsOf(item).id) : [];
  return { has_more: next_page !== null, first_id: ids[0] ?? null, last_id: ids.at(-1) ?? null };
}

function older(item: unknown): object {
  const fields = fieldsOf(item);
  const { display_name: title, latest_version_id: latest, source } = fields;
  switch (fields.type) {
    case 'skill':
      return { ...fields, display_title: title, latest_version: latest, source: fieldsOf(source).type };
    case 'skill_version':
      return { ...fields, version: fields.id, directory: fields.name };
    default:
      return fields;
  }
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
