/**
 * Log templates by a tree of fixed depth (Drain, He 2017): lines that differ only in their variable parts share one.
 * Bounded: past `maxTemplates` a line that fits nothing is counted as unmatched. O(tokens) a line.
 */
const VARIABLE =
  /\b0x[0-9a-f]+\b|\b[0-9a-f]{8}-[0-9a-f-]{27,}\b|\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{7,}\b|\b\d+\.\d+\.\d+\.\d+(:\d+)?\b|(?<![A-Za-z])[-+]?\d+(\.\d+)?/gi;
const ANY = '<*>';

export interface Template {
  id: number;
  tokens: string[];
}
export interface Miner {
  /** The template of this line, or null when the miner is full and nothing fits. */
  add(message: string): Template | null;
  templates(): readonly Template[];
}

export function templateText(template: Template): string {
  return template.tokens.join(' ');
}

/** Identifiers, numbers, addresses → `<*>`. Words with a digit inside a name (`us-east-1`) keep the name. */
export function maskVariables(message: string): string {
  return message.slice(0, 2000).replace(VARIABLE, ANY);
}

export function templateMiner({ maxTemplates = 500, similarity = 0.6, maxTokens = 60 } = {}): Miner {
  const all: Template[] = [];
  const leaves = new Map<string, Template[]>();
  function add(message: string): Template | null {
    const tokens = maskVariables(message).split(/\s+/).filter(Boolean).slice(0, maxTokens);
    const key = leafOf(tokens);
    const leaf = leaves.get(key) ?? [];
    const fitting = closest(leaf, tokens, similarity);
    if (fitting !== null) {
      fitting.tokens = fitting.tokens.map((token, i) => (token === tokens[i] ? token : ANY));
      return fitting;
    }
    if (all.length >= maxTemplates) return null;
    const fresh = { id: all.length, tokens };
    all.push(fresh);
    leaves.set(key, [...leaf, fresh]);
    return fresh;
  }
  return { add, templates: () => all };
}

/** Depth two under the length, as in the paper: the first two words that are not variable lead to the leaf. */
function leafOf(tokens: readonly string[]): string {
  const word = (i: number): string => {
    const token = tokens[i] ?? '';
    return token.includes(ANY) ? ANY : token;
  };
  return `${tokens.length} ${word(0)} ${word(1)}`;
}

function closest(leaf: readonly Template[], tokens: readonly string[], similarity: number): Template | null {
  let best: Template | null = null;
  let most = -1;
  for (const template of leaf) {
    let same = 0;
    for (let i = 0; i < tokens.length; i++) if (template.tokens[i] === tokens[i]) same++;
    const share = tokens.length === 0 ? 1 : same / tokens.length;
    if (share >= similarity && share > most) {
      best = template;
      most = share;
    }
  }
  return best;
}
