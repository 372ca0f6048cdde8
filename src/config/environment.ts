/** Variables of the environment, as the parts of the configuration read them. */
import { ConfigError } from './error.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Throws `ConfigError`, with `what` to set it to. */
export function need(env: Environment, name: string, what: string): string {
  const value = env[name];
  if (value === undefined || value === '')
    throw new ConfigError(`${name} is not set`, { hint: `Set ${name} to ${what}.` });
  return value;
}

/** The one entry, or none where the variable is unset or empty. */
export function optional<Key extends string>(key: Key, value: string | undefined): { [K in Key]?: string };
export function optional(key: string, value: string | undefined): Record<string, string> {
  return value === undefined || value === '' ? {} : { [key]: value };
}
