/** Refuses blocks as Slack does: unknown types, missing fields, text that is too long, too many blocks. */

type Json = Record<string, unknown>;
type Check = (value: unknown, at: string) => string[];

const fail = (at: string, what: string): string[] => [`${what} [json-pointer:${at}]`];
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const any: Check = () => [];

function text(max: number, kinds: string[]): Check {
  return (value, at) => {
    if (!isObject(value)) return fail(at, 'missing required field: text');
    const known = Object.keys(value).filter((key) => !['type', 'text', 'emoji', 'verbatim'].includes(key));
    if (known.length > 0) return fail(`${at}/${known[0]}`, 'no more than allowed properties');
    if (!kinds.includes(String(value.type))) return fail(`${at}/type`, `must be one of ${kinds.join(', ')}`);
    if (value.type === 'mrkdwn' && 'emoji' in value) return fail(`${at}/emoji`, 'emoji is for plain_text only');
    if (value.type === 'plain_text' && 'verbatim' in value)
      return fail(`${at}/verbatim`, 'verbatim is for mrkdwn only');
    return string(max)(value.text, `${at}/text`);
  };
}

function string(max: number, min = 1): Check {
  return (value, at) => {
    if (typeof value !== 'string') return fail(at, 'must be a string');
    if (value.length < min) return fail(at, `must be more than ${min - 1} characters`);
    return value.length > max ? fail(at, `must be less than ${max + 1} characters`) : [];
  };
}

function list(min: number, max: number, each: Check): Check {
  return (value, at) => {
    if (!Array.isArray(value)) return fail(at, 'must be an array');
    if (value.length < min) return fail(at, `must have at least ${min} items`);
    if (value.length > max) return fail(at, `no more than ${max} items allowed`);
    return value.flatMap((one, i) => each(one, `${at}/${i}`));
  };
}

function shape(required: Record<string, Check>, optional: Record<string, Check> = {}): Check {
  const checks: Record<string, Check> = { type: any, block_id: string(255), ...optional, ...required };
  return (value, at) => {
    if (!isObject(value)) return fail(at, 'must be an object');
    const missing = Object.keys(required).filter((key) => value[key] === undefined);
    return [
      ...missing.flatMap((key) => fail(at, `missing required field: ${key}`)),
      ...Object.entries(value).flatMap(([key, child]) => {
        const check = checks[key];
        return check === undefined ? fail(`${at}/${key}`, 'unknown property') : check(child, `${at}/${key}`);
      }),
    ];
  };
}

function byType(table: Record<string, Check>, what: string): Check {
  return (value, at) => {
    const type = isObject(value) ? value.type : undefined;
    const check = table[String(type)];
    return check === undefined ? fail(at, `unsupported ${what}: ${String(type)}`) : check(value, at);
  };
}

const plain = (max: number) => text(max, ['plain_text']);
const oneOf =
  (...values: unknown[]): Check =>
  (value, at) =>
    values.includes(value) ? [] : fail(at, `must be one of ${values.join(', ')}`);
const url: Check = (value, at) =>
  /^https?:\/\//.test(String(value)) ? string(3000)(value, at) : fail(at, 'must be a valid url');

const button = shape(
  { text: plain(75), action_id: string(255) },
  {
    value: string(2000),
    url,
    style: oneOf('primary', 'danger'),
    confirm: shape(
      { title: plain(100), text: text(300, ['plain_text', 'mrkdwn']), confirm: plain(30), deny: plain(30) },
      { style: oneOf('primary', 'danger') },
    ),
    accessibility_label: string(75),
  },
);
const input = shape(
  { action_id: string(255) },
  { multiline: any, min_length: any, max_length: any, placeholder: plain(150), initial_value: string(3000) },
);
const richText = byType(
  {
    text: shape({ text: string(30_000) }, { style: any }),
    link: shape({ url }, { text: string(3000), style: any }),
    user: shape({ user_id: string(20) }),
  },
  'rich text element',
);
const richParts = byType(
  {
    rich_text_section: shape({ elements: list(0, 1000, richText) }),
    rich_text_preformatted: shape({ elements: list(1, 1000, richText) }, { border: any, language: any }),
    rich_text_quote: shape({ elements: list(0, 1000, richText) }, { border: any }),
    rich_text_list: shape(
      { elements: list(1, 1000, any), style: oneOf('bullet', 'ordered') },
      { indent: any, border: any },
    ),
  },
  'rich text part',
);

const common: Record<string, Check> = {
  header: shape({ text: plain(150) }),
  divider: shape({}),
  section: (value, at) => {
    const has = isObject(value) && (value.text !== undefined || value.fields !== undefined);
    const fields = list(1, 10, text(2000, ['plain_text', 'mrkdwn']));
    return has
      ? shape(
          {},
          {
            text: text(3000, ['plain_text', 'mrkdwn']),
            fields,
            accessory: byType({ button }, 'accessory'),
            expand: any,
          },
        )(value, at)
      : fail(at, 'missing required field: text or fields');
  },
  context: shape({ elements: list(1, 10, text(2000, ['plain_text', 'mrkdwn'])) }),
  actions: shape({ elements: list(1, 25, byType({ button }, 'interactive element')) }),
  rich_text: shape({ elements: list(1, 100, richParts) }),
};
const messageBlock = byType(common, 'block');
const viewBlock = byType(
  {
    ...common,
    input: shape(
      { label: plain(2000), element: byType({ plain_text_input: input }, 'element') },
      { optional: any, hint: plain(2000) },
    ),
  },
  'block',
);

/** Problems of a message's blocks; empty when Slack would take them. */
export function blockProblems(blocks: unknown): string[] {
  return [...list(1, 50, messageBlock)(blocks, '/blocks'), ...repeatedIds(blocks)];
}

export function viewProblems(view: unknown): string[] {
  const check = shape(
    { title: plain(24), blocks: list(1, 100, viewBlock) },
    {
      callback_id: string(255),
      private_metadata: string(3000),
      submit: plain(24),
      close: plain(24),
      notify_on_close: any,
      clear_on_close: any,
    },
  );
  const problems = isObject(view) && view.type === 'modal' ? check(view, '/view') : fail('/view/type', 'must be modal');
  return [...problems, ...repeatedIds(isObject(view) ? view.blocks : [])];
}

function repeatedIds(blocks: unknown): string[] {
  const ids = (Array.isArray(blocks) ? blocks : []).flatMap((block) =>
    isObject(block) && block.block_id ? [block.block_id] : [],
  );
  return ids.length === new Set(ids).size ? [] : fail('/blocks', 'block_id must be unique');
}
