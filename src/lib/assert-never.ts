/** Ends an exhaustive switch: a new variant that nobody handles does not compile. */
export function assertNever(value: never): never {
  throw new Error(`unhandled variant: ${JSON.stringify(value)}`);
}
