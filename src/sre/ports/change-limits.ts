/** What no proposed change may touch, whoever asks: part of every forge's promise, checked before asking and again before acting. */

export const CHANGE_LIMITS = { files: 20, bytes: 1024 * 1024 };

const guarded: { what: string; pattern: RegExp }[] = [
  { what: 'changes what CI runs', pattern: /^\.github\/(workflows|actions)\// },
  { what: 'changes what CI runs', pattern: /^(\.circleci|\.buildkite|\.drone)\// },
  {
    what: 'changes what CI runs',
    pattern: /(^|\/)(\.gitlab-ci\.ya?ml|jenkinsfile|azure-pipelines\.ya?ml|\.travis\.yml)$/,
  },
  { what: 'changes who must review', pattern: /(^|\/)codeowners$/ },
  { what: 'changes how git reads the repository', pattern: /(^|\/)(\.gitmodules|\.gitattributes|\.lfsconfig)$/ },
  { what: "is inside git's own folder", pattern: /(^|\/)\.git(\/|$)/ },
  { what: 'looks like a secret', pattern: /(^|\/)\.env(\.(?!example$|sample$|template$)[^/]+)?$/ },
  { what: 'looks like a secret', pattern: /\.(pem|key|p12|pfx|jks|keystore|kdbx)$/ },
  { what: 'looks like a secret', pattern: /(^|\/)(id_(rsa|dsa|ecdsa|ed25519)|\.npmrc|\.netrc|\.pypirc|\.htpasswd)$/ },
  { what: 'looks like a secret', pattern: /(^|[/._-])(secrets?|credentials?)([._-][^/]*)?$/ },
];
/** Controls, and marks that reorder or hide text: a path must look like what it is. */
const invisible = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;

/** Why this path may not be changed, as half a sentence, or null when it may. */
export function refusedPath(path: string): string | null {
  if (path === '' || path.length > 500) return 'is empty or longer than 500 characters';
  if (invisible.test(path)) return 'holds invisible characters';
  if (path.startsWith('/') || /^[a-z]:/i.test(path) || path.includes('\\'))
    return 'is not a relative path with slashes';
  if (path.split('/').some((part) => part === '' || part === '.' || part === '..')) return 'climbs or repeats folders';
  const folded = path.normalize('NFC').toLowerCase();
  return guarded.find(({ pattern }) => pattern.test(folded))?.what ?? null;
}

/** Only plain files: links and submodules point elsewhere, and a reviewer does not see where. */
export function refusedMode(mode: string): string | null {
  if (mode === '100644' || mode === '100755' || mode === '000000') return null;
  return mode === '120000' ? 'is a symbolic link' : mode === '160000' ? 'is a submodule' : `has mode ${mode}`;
}
