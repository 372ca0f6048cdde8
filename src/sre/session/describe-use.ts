/** One line for the timeline about a tool call: what was asked, and where it ran. Pure. */
const MAX = 300;

export function describeCustomUse(name: string, input: Record<string, unknown>): string {
  return bounded(`${name}${counted(input.hypotheses) ?? args(input)} · run by Vigil`);
}

export function describeSandboxUse(name: string, input: Record<string, unknown>): string {
  const what = [input.command, input.file_path, input.pattern].find((value) => typeof value === 'string') ?? '';
  return bounded(`${name} ${what} · in the sandbox`);
}

/** How many of each state are noted; null where the input is of another kind. */
function counted(hypotheses: unknown): string | null {
  if (!Array.isArray(hypotheses)) return null;
  const states = hypotheses.map((one: unknown) =>
    typeof one === 'object' && one !== null && 'state' in one ? String(one.state) : '',
  );
  return `(${[...new Set(states)].map((state) => `${states.filter((each) => each === state).length} ${state}`).join(', ')})`;
}

function args(input: Record<string, unknown>): string {
  const shown = Object.entries(input)
    .filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value) && value !== '')
    .map(([key, value]) => `${key}=${value}`);
  return shown.length === 0 ? '' : `(${shown.join(', ')})`;
}

function bounded(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= MAX ? line : `${line.slice(0, MAX - 1)}…`;
}
