/**
 * A redirection that cannot be made fails its command. The shell lets an error of the file system end the whole call instead,
 * but not beyond braces: so every command that opens a file gets a pair of its own.
 */
import type { CommandNode, PipelineNode, SimpleCommandNode, StatementNode, WordNode } from 'just-bash';

type Redirection = SimpleCommandNode['redirections'][number];

export const containedRedirects = {
  name: 'contained-redirects',
  transform<Script extends { ast: object }>({ ast }: Script): { ast: Script['ast'] } {
    contain(ast, has(ast, isStrict));
    return { ast };
  },
};

/** In place: a tree belongs to the one call it was parsed for. */
function contain(node: unknown, strict: boolean): void {
  if (typeof node !== 'object' || node === null) return;
  for (const part of Object.values(node)) contain(part, strict);
  if (!isPipeline(node)) return;
  node.commands = node.commands.map((command) => (mayEndScript(command, strict) ? command : inBraces(command)));
}

/** `set -u` or `${name:?why}`: a script that asked to end at a missing value is not to go on behind braces. */
function mayEndScript(command: CommandNode, strict: boolean): boolean {
  return has(command, ({ type }) => type === 'ErrorIfUnset' || (strict && type === 'ParameterExpansion'));
}

function isStrict(node: Tree): boolean {
  if (node.type !== 'SimpleCommand' || !isWord(node.name) || plain(node.name) !== 'set') return false;
  return Array.isArray(node.args) && node.args.some((arg) => isWord(arg) && /^-\w*u|^nounset$/.test(plain(arg) ?? ''));
}

type Tree = Readonly<Record<string, unknown>>;

function has(node: unknown, what: (node: Tree) => boolean): boolean {
  if (typeof node !== 'object' || node === null) return false;
  return what({ ...node }) || Object.values(node).some((part) => has(part, what));
}

function isWord(node: unknown): node is WordNode {
  return typeof node === 'object' && node !== null && 'type' in node && node.type === 'Word';
}

function isPipeline(node: object): node is PipelineNode {
  return 'type' in node && node.type === 'Pipeline';
}

/** Not those of `exec`, which are for the rest of the script. */
function inBraces(command: CommandNode): CommandNode {
  if (command.type === 'FunctionDef' || !command.redirections.some(opensFile) || isExec(command)) return command;
  const pipeline: PipelineNode = { type: 'Pipeline', commands: [command], negated: false };
  const statement: StatementNode = { type: 'Statement', pipelines: [pipeline], operators: [], background: false };
  return { type: 'Group', body: [statement], redirections: [] };
}

function isExec(command: CommandNode): boolean {
  return command.type === 'SimpleCommand' && command.name !== null && plain(command.name) === 'exec';
}

function opensFile({ operator, target }: Redirection): boolean {
  if (target.type === 'HereDoc') return false;
  const name = plain(target);
  switch (operator) {
    case '>':
    case '>>':
    case '>|':
    case '&>':
    case '&>>':
    case '<>':
      return name?.startsWith('/dev/') !== true;
    case '>&':
      return name === null || !/^(\d+-?|-)$/.test(name);
    case '<':
    case '<&':
    case '<<':
    case '<<-':
    case '<<<':
      return false;
  }
}

/** The word, if nothing in it is expanded. */
function plain(word: { parts: readonly { type: string }[] }): string | null {
  let text = '';
  for (const part of word.parts) {
    if (part.type !== 'Literal' || !('value' in part) || typeof part.value !== 'string') return null;
    text += part.value;
  }
  return text;
}
