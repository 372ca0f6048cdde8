import { expect, test } from 'vitest';
import { serveHint } from '../../src/cli/serve-hint.ts';

const hint = (dataDir: string, given: { apiKey: boolean; hookToken: boolean }) =>
  serveHint({ url: 'http://x:1', dataDir, given }, '/srv/vigil').join('\n');

test('what the environment gave is named as such, and no file that is not there', () => {
  const text = hint('/data', { apiKey: true, hookToken: true });
  expect(text).toContain('Bearer $VIGIL_HOOK_TOKEN"');
  expect(text).toContain('vigil tail --url http://x:1 --key "$VIGIL_API_KEY"');
  expect(text).toContain('the password is the API key in VIGIL_API_KEY');
  expect(text).not.toContain('/data');
});

test('a file is named by a path that leads there: below as it is, elsewhere in full, and quoted where it has to be', () => {
  const files = { apiKey: false, hookToken: false };
  expect(hint('/srv/vigil/.vigil', files)).toMatch(
    /\(cat \.vigil\/hook-token\)[\s\S]* --data \.vigil\n[\s\S]* in \.vigil\/api-key\)/,
  );
  expect(hint('/data', files)).toMatch(/\(cat \/data\/hook-token\)[\s\S]* --data \/data\n[\s\S]* in \/data\/api-key\)/);
  expect(hint('/my data', files)).toContain(`$(cat '/my data/hook-token')`);
  expect(hint('/data', { apiKey: true, hookToken: false })).toMatch(
    /cat \/data\/hook-token[\s\S]*--key "\$VIGIL_API_KEY"/,
  );
});
