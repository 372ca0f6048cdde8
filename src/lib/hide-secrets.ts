/**
 * Known secrets struck out of text that others wrote: a service may repeat a key in its error. For the edges where such
 * words come in and logs go out; not a reason to hand a secret to anybody.
 */
const MARK = '[secret]';
/** Below this a secret is none, and striking it out would only spoil text. */
const SHORTEST = 8;

/** Strikes out each secret as it is, in hexadecimal, and in base64 wherever it begins in what was encoded. */
export function hideSecrets(secrets: readonly (string | null | undefined)[]): (text: string) => string {
  const forms = secrets
    .flatMap((secret) => (typeof secret === 'string' && secret.length >= SHORTEST ? formsOf(secret) : []))
    .sort((a, b) => b.length - a.length);
  return (text) => forms.reduce((rest, form) => rest.replaceAll(form, MARK), text);
}

function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const base64 = [0, 1, 2].map((before) => {
    const whole = Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    // The letters at both ends also hold bits of what stands beside the secret.
    return whole.slice(before === 0 ? 0 : before + 1, (before + bytes.length) % 3 === 0 ? undefined : -1);
  });
  const url = base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'));
  return [secret, bytes.toString('hex'), encodeURIComponent(secret), ...base64, ...url];
}
