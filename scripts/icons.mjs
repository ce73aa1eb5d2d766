// `node scripts/icons.mjs`: draws the PNG files in `public/` from `app/icon.svg`, after it has changed.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import { ensureChromium } from './chromium.mjs';
import { root } from './prepare.mjs';

const svg = readFileSync(join(root, 'app/icon.svg'), 'utf8');
const square = svg.replace(' rx="8"', '');
// Whatever shape a launcher cuts, it leaves the inner 80 %: the drawing stands in there, its ground goes to the edges.
const withinCircle = square.replace('<g ', '<g transform="translate(3.2 3.2) scale(0.8)" ');

const icons = [
  { file: 'icon-192.png', size: 192, drawing: svg },
  { file: 'icon-512.png', size: 512, drawing: svg },
  { file: 'icon-maskable-512.png', size: 512, drawing: withinCircle },
  { file: 'apple-touch-icon.png', size: 180, drawing: square },
  { file: 'letter-logo.png', size: 80, drawing: svg },
];

const browser = await chromium.launch({ executablePath: await ensureChromium(), args: ['--no-sandbox'] });
for (const { file, size, drawing } of icons) {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  await page.setContent(`<style>body{margin:0}svg{display:block;width:${size}px}</style>${drawing}`);
  await page.screenshot({ path: join(root, 'public', file), omitBackground: true });
  await page.close();
}
await browser.close();
