/**
 * The few constructs that the chart's templates use, and no others: paths of values, `quote`, `printf` of two, `range` over a
 * map, `toYaml` with an indentation or as a checksum. Anything else throws, so that nothing passes unread.
 */
import { createHash } from 'node:crypto';
import { stringify } from 'yaml';

type Scope = Readonly<Record<string, unknown>>;

export function render(template: string, scope: Scope): string {
  return rendered(template.replaceAll(/\s*\{\{-/g, '{{'), scope);
}

function rendered(template: string, scope: Scope): string {
  const RANGE = /\{\{ range \$name, \$value := (\S+) \}\}([\s\S]*?)\{\{ end \}\}/g;
  const flat = template.replaceAll(RANGE, (_whole, path: string, body: string) =>
    Object.entries(mapAt(scope, path))
      .map(([name, value]) => rendered(body, { ...scope, $name: name, $value: value }))
      .join(''),
  );
  return flat.replaceAll(/\{\{ (.*?) \}\}/g, (_whole, expression: string) => evaluate(expression, scope));
}

function evaluate(expression: string, scope: Scope): string {
  const [, format, one = '', two = ''] = /^printf "(%s:%s)" (\S+) (\S+) \| quote$/.exec(expression) ?? [];
  if (format !== undefined) return JSON.stringify(`${textAt(scope, one)}:${textAt(scope, two)}`);
  const [, map = '', indent] = /^toYaml (\S+) \| nindent (\d+)$/.exec(expression) ?? [];
  if (indent !== undefined)
    return `\n${stringify(mapAt(scope, map))
      .trimEnd()
      .replaceAll(/^/gm, ' '.repeat(Number(indent)))}`;
  const [, summed = ''] = /^toYaml (\S+) \| sha256sum$/.exec(expression) ?? [];
  if (summed !== '')
    return createHash('sha256')
      .update(stringify(mapAt(scope, summed)))
      .digest('hex');
  const [, path = '', quote] = /^([.$][\w.]*)( \| quote)?$/.exec(expression) ?? [];
  if (path === '') throw new Error(`the test does not read {{ ${expression} }}`);
  return quote === undefined ? textAt(scope, path) : JSON.stringify(textAt(scope, path));
}

function at(scope: Scope, path: string): unknown {
  const steps = path.startsWith('$') ? [path] : path.slice(1).split('.');
  return steps.reduce<unknown>((value, step) => (isMap(value) ? value[step] : undefined), scope);
}

function textAt(scope: Scope, path: string): string {
  const value = at(scope, path);
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean')
    throw new Error(`there is no text at ${path}`);
  return String(value);
}

function mapAt(scope: Scope, path: string): Scope {
  const value = at(scope, path);
  if (!isMap(value)) throw new Error(`there is no map at ${path}`);
  return value;
}

function isMap(value: unknown): value is Scope {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
