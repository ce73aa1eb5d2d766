import { cpSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { PGlite } from '@electric-sql/pglite';
import { makePrivate } from '@/lib/private-files';

const MEGABYTE = 1024 * 1024;
/** What a start takes at its peak, with everything else in the process: see docs/self-hosting.md. */
export const LEAST_MEMORY = 512 * MEGABYTE;

/** The embedded database cannot be had here; the message says why, and what to do. */
class NoEmbedded extends Error {
  override name = 'NoEmbedded';
}

/** Opens Postgres in this process, in a folder of `dataDir` that nobody else may enter. */
export function openEmbedded(dataDir: string) {
  checkMemory(process.constrainedMemory());
  compileOnce();
  if (dataDir.startsWith('memory:')) return new PGlite();
  const folder = join(dataDir, 'postgres');
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  if (!existsSync(join(folder, 'PG_VERSION'))) copyPrepared(folder);
  keepToOurselves(folder);
  return new PGlite(folder);
}

/**
 * WebAssembly stays as it is compiled first, because compiling it again, for speed, takes half a gigabyte. Not by
 * `--liftoff-only`: what that implies is decided when Node.js starts, and it changes nothing afterwards.
 */
function compileOnce() {
  setFlagsFromString('--no-wasm-tier-up');
  setFlagsFromString('--no-wasm-dynamic-tiering');
}

/** Refuses where the process would be killed in the middle of its start; nothing or 0 is no limit. */
export function checkMemory(limit = 0) {
  if (limit === 0 || limit >= LEAST_MEMORY) return;
  throw new NoEmbedded(
    `Latchkey cannot start: the embedded database needs ${LEAST_MEMORY / MEGABYTE} MB of memory, and this process may use ${Math.floor(limit / MEGABYTE)} MB. Allow it more, or set DATABASE_URL.`,
  );
}

/** Copies the empty database that the build made, because making one takes more memory than there may be; under another name until it is whole. */
function copyPrepared(folder: string) {
  const prepared = resolve(/* turbopackIgnore: true */ process.cwd(), '.next', 'embedded');
  if (existsSync(folder) || !existsSync(prepared)) return;
  const unfinished = `${folder}-unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  cpSync(prepared, unfinished, { recursive: true });
  renameSync(unfinished, folder);
}

/** PGlite makes its files writable by everybody, so their folder is closed; refused where that cannot be done. */
export function keepToOurselves(folder: string) {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (makePrivate(folder)) return;
  throw new NoEmbedded(
    `Latchkey cannot start: everybody on this machine may enter ${folder}, and it belongs to another user, so that it cannot be closed. Run as its owner, or: chown -R ${process.getuid?.()} ${folder}`,
  );
}
