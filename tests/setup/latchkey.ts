import { spawn } from 'node:child_process';

/** What a command prints and ends with. */
export const latchkey = (words: string[], settings: Record<string, string> = {}) =>
  node(['--import', 'tsx', 'scripts/latchkey.ts', ...words], settings);

/** The same of any script. */
export function node(args: string[], settings: Record<string, string>) {
  const child = spawn(process.execPath, args, {
    env: { ...process.env, TSX_TSCONFIG_PATH: 'scripts/tsconfig.json', ...settings },
  });
  const said = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => {
    said.stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    said.stderr += chunk;
  });
  return new Promise<typeof said & { code: number | null }>((done) =>
    child.once('close', (code) => done({ ...said, code })),
  );
}
