import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { nodeBinary } from '../../scripts/prepare.mjs';

const folder = resolve('.vercel');
const project = { projectId: 'prj_x', orgId: 'team_x', settings: { framework: 'nextjs', installCommand: 'true' } };

/**
 * Builds with the command line of Vercel, for production or as a preview, and answers what it said and where the output
 * is. What it wants to know of a project stands in a file, so that it asks nobody.
 */
export function build(target: 'production' | 'preview', settings: Record<string, string>) {
  const output = join(folder, `output-${target}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'project.json'), JSON.stringify(project));
  const args = [
    'build',
    '--yes',
    `--target=${target}`,
    `--output=${output}`,
    '--global-config',
    join(folder, 'config'),
  ];
  const { PATH = '', HOME = '' } = process.env;
  const { status, stdout, stderr } = spawnSync(nodeBinary(), [process.env.VERCEL_CLI!, ...args], {
    encoding: 'utf8',
    env: {
      ...{ PATH, HOME, NODE_ENV: 'production', VERCEL_ENV: target, CI: '1' },
      ...{ VERCEL_TELEMETRY_DISABLED: '1', NEXT_TELEMETRY_DISABLED: '1' },
      ...settings,
    },
  });
  const said = stdout + stderr;
  if (status !== 0) throw new Error(`the build for ${target} failed:\n${said}`);
  return { said, output };
}

/** Builds go where `npm run build` puts its own, so that one is laid aside and back afterwards. */
export function keepOwnBuild() {
  const [own, kept] = [resolve('.next'), join(folder, 'own-build')];
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  if (existsSync(own)) renameSync(own, kept);
  return () => {
    rmSync(own, { recursive: true, force: true });
    if (existsSync(kept)) renameSync(kept, own);
    rmSync(folder, { recursive: true, force: true });
  };
}
