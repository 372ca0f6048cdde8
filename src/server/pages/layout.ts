/** What all pages share: the frame, the style, and the rules under which a browser shows them. No script, no form. */
import { createHash } from 'node:crypto';
import { Html, html } from './html.ts';
import { STYLE } from './style.ts';

export interface Page {
  title: string;
  body: Html;
  /** Loads itself again after so many seconds; null when nothing more is expected. */
  again?: number | null;
}

const styleHash = createHash('sha256').update(STYLE).digest('base64');

/** Not escaped: its hash is that of the very bytes. */
const STYLED = new Html(`<style>${STYLE}</style>`);

/** Whatever slips into a page can load nothing, send nothing and be shown in no other page. */
export const PAGE_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  'referrer-policy': 'no-referrer',
};

export function render({ title, body, again = null }: Page): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
${again === null ? null : html`<meta http-equiv="refresh" content="${again}">`}
<title>${title} · Vigil</title>
${STYLED}
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header><a href="/incidents">Vigil</a></header>
<main id="main">
${body}
</main>
</body>
</html>
`.markup;
}
