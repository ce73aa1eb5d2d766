import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { config } from '@/lib/config';
import { typedInto } from './form-data';

/** The page that is shown for such a form, and how what was typed gets there. */
export const RENEWED = '/renewed';
export const TYPED_HEADER = 'x-latchkey-typed';

/** A form of ours that a browser sends by itself, without a script: Next answers it with a page. */
export const isPlainForm = ({ method, headers }: Request) =>
  method === 'POST' &&
  !headers.has('next-action') &&
  headers.get('content-type')?.startsWith('multipart/form-data') === true &&
  headers.get('origin') === config.publicUrl;

/**
 * What was typed into a form of another build, for the page that says so; nothing where this build has its action. During
 * an upgrade an old page is sent to the new build, and one of the new build to an instance that is still old.
 */
export async function typedForAnotherBuild(request: Request) {
  const actions = knownActions();
  const form =
    actions &&
    (await request
      .clone()
      .formData()
      .catch(() => undefined));
  if (!form || idsIn(form).every((id) => actions.has(id))) return undefined;
  return Buffer.from(JSON.stringify(typedInto(form))).toString('base64url');
}

/** What the middleware hands to the page; nothing where somebody opened its address directly. */
export function readTyped(header: string | null): Record<string, string> | undefined {
  return header === null ? undefined : JSON.parse(Buffer.from(header, 'base64url').toString());
}

/** The actions that React names in a form: by a field, or with arguments of their own in further ones. */
const idsIn = (form: FormData) =>
  [...form].flatMap(([name, value]) => {
    const [, id] = /^\$ACTION_ID_([\da-f]{42})$/.exec(name) ?? [];
    const [, bound] = /^\$ACTION_\d+:0$/.test(name) ? (/"id":"([\da-f]{42})"/.exec(String(value)) ?? []) : [];
    return [id, bound].filter((one) => one !== undefined);
  });

type Manifest = { node: object; edge: object };
let known: Set<string> | undefined;

/** The actions of this build, by the file in which Next keeps them; nothing where that is not at hand. */
function knownActions() {
  if (config.development) return undefined;
  try {
    const file = join(/* turbopackIgnore: true */ process.cwd(), '.next', 'server', 'server-reference-manifest.json');
    known ??= actionsIn(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return undefined;
  }
  return known;
}

const actionsIn = ({ node, edge }: Manifest) => new Set([...Object.keys(node), ...Object.keys(edge)]);
