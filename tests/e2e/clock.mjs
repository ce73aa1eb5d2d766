// Loaded before the second server of the browser tests, whose clock goes ahead of the real one by as many milliseconds
// as the file says: nothing in the product can do that.
import { readFileSync } from 'node:fs';

const RealDate = Date;
let ahead = 0;
let readAt = Number.NEGATIVE_INFINITY;

function now() {
  if (performance.now() - readAt > 20) {
    readAt = performance.now();
    ahead = Number(readFileSync(process.env.CLOCK_FILE, 'utf8')) || 0;
  }
  return RealDate.now() + ahead;
}

globalThis.Date = class extends RealDate {
  constructor(...given) {
    super(...(given.length === 0 ? [now()] : given));
  }

  static now = now;
};
