/** `npm run picture`: plays the demo in a real terminal and photographs it with a real browser, for README.md. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';

const ESCAPE = String.fromCharCode(27);
const root = join(import.meta.dirname, '../..');
const colours: Record<string, string> = { 31: '#e5534b', 32: '#57ab5a', 33: '#c69026', 35: '#b083f0', 36: '#39c5cf' };

const { stdout } = await promisify(execFile)(
  'script',
  ['-qec', `${process.execPath} ${join(root, 'dist/src/cli/main.js')} demo --approve`, '/dev/null'],
  { env: { PATH: process.env.PATH ?? '', TERM: 'xterm-256color', TMPDIR: '/tmp' }, maxBuffer: 16 * 1024 * 1024 },
);
const screen = settled(stdout);
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
await photograph('docs/demo.png', before(screen, 'Ruled out'));
await photograph('docs/approval.png', from(screen, 'PROPOSED'));
await browser.close();

async function photograph(file: string, text: string): Promise<void> {
  const page = await browser.newPage({ deviceScaleFactor: 1.25, viewport: { width: 980, height: 600 } });
  await page.setContent(`<body style="margin:0;background:#1c2128"><pre style="margin:0;padding:24px;width:max-content;min-width:900px;
  color:#d1d7e0;font:13px/1.4 'DejaVu Sans Mono',monospace">${html(text)}</pre></body>`);
  await page.locator('pre').screenshot({ path: join(root, file) });
  await page.close();
}

/** The lines above the one that holds `heading`. */
function before(text: string, heading: string): string {
  const lines = text.split('\n');
  return lines
    .slice(
      0,
      lines.findIndex((line) => line.includes(heading)),
    )
    .join('\n');
}

function from(text: string, heading: string): string {
  const lines = text.split('\n');
  return lines.slice(lines.findIndex((line) => line.includes(heading))).join('\n');
}

/** What stands on the screen in the end: a line that was overwritten is gone. */
function settled(raw: string): string {
  const lines = raw.replaceAll('\r\n', '\n').split('\n');
  return lines.map((line) => (line.split(`${ESCAPE}[2K`).at(-1) ?? '').replaceAll('\r', '')).join('\n');
}

function html(text: string): string {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  let open = 0;
  const marked = escaped.replaceAll(new RegExp(`${ESCAPE}\\[(\\d+)m`, 'g'), (_all, code: string) => {
    const style = styleOf(code);
    if (style === null) {
      open = Math.max(0, open - 1);
      return '</span>';
    }
    open += 1;
    return `<span style="${style}">`;
  });
  return marked + '</span>'.repeat(open);
}

/** Null ends a style; Vigil's output nests them properly. */
function styleOf(code: string): string | null {
  if (code === '1') return 'font-weight:bold';
  if (code === '2') return 'opacity:.6';
  const colour = colours[code];
  return colour === undefined ? null : `color:${colour}`;
}
