import { chmodSync, mkdtempSync, rmdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Closes a file or folder to everybody but its owner. False where it is somebody else's to close and everybody may read or
 * enter it; file systems that keep no modes, as mounts from Windows are, leave nothing to close.
 */
export function makePrivate(path: string) {
  const state = statSync(path);
  if (process.platform === 'win32' || !(state.mode & 0o077)) return true;
  try {
    chmodSync(path, state.isDirectory() ? 0o700 : 0o600);
    return true;
  } catch {
    return !(state.mode & 0o007) || !supportsModes(dirname(path));
  }
}

/** Tells whether a folder made here is as closed as it was meant to be. Where none can be made, nothing is known to be amiss. */
function supportsModes(folder: string) {
  try {
    const probe = mkdtempSync(join(folder, 'mode-'));
    const { mode } = statSync(probe);
    rmdirSync(probe);
    return !(mode & 0o077);
  } catch {
    return true;
  }
}
