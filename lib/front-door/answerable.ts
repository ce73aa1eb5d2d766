import { IncomingMessage } from 'node:http';
import type { FrontDoorRefusal } from './refusal';

const forPages = ['GET', 'HEAD', 'POST'];
const forPrograms = [...forPages, 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** In bytes; as much as Next.js takes for a form. The JSON interface and the provider take less, and say so. */
const LONGEST_BODY = 1_000_000;
/** What is read of a longer one, so that whoever sends it can read the answer. */
const LONGEST_READ = 16 * LONGEST_BODY;

/** Why nothing here could answer a request, whatever is asked for; Next.js would throw, or answer in a form of its own. */
export function whyUnanswerable({ method = '', url = '', httpVersion, headers, headersDistinct }: IncomingMessage) {
  if (httpVersion !== '1.0' && headersDistinct.host?.length !== 1) return unreadable;
  const path = decoded(url.split('?')[0] ?? '');
  if (!path?.startsWith('/') || path.includes('\0') || !URL.canParse(url, 'http://localhost')) return noAddress;
  const allowed = /^\/(api|oidc|\.well-known)\//.test(path) ? forPrograms : forPages;
  if (!allowed.includes(method)) return notAllowed(allowed);
  const action = headers['next-action'];
  return action === undefined || isAction(action) ? undefined : unreadable;
}

/** As Next.js names the actions of a build. */
const isAction = (id: string | string[]) => typeof id === 'string' && /^[\da-f]{42}$/.test(id);

function decoded(path: string) {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

const noBody = Buffer.alloc(0);

/**
 * The whole body of a request, why there is none, or nothing where whoever sent it is gone. What begins to answer while the
 * body still comes cannot tell a client that left from a fault of ours.
 */
export async function readBody(request: IncomingMessage): Promise<Buffer<ArrayBuffer> | FrontDoorRefusal | undefined> {
  const { headers } = request;
  if (headers['transfer-encoding'] === undefined && !Number(headers['content-length'])) return noBody;
  const chunks = await readChunks(request);
  if (!chunks) return undefined;
  if (chunks === 'too_long') return tooLarge;
  const body = Buffer.concat(chunks);
  return (await isForm(headers['content-type'], body)) ? body : unreadable;
}

/** By the events of the stream: to be asked for each chunk costs it as much as all the rest. */
function readChunks(request: IncomingMessage) {
  const chunks: Buffer[] = [];
  let length = 0;
  return new Promise<Buffer[] | 'too_long' | undefined>((done) => {
    const end = () => done(length > LONGEST_BODY ? 'too_long' : chunks);
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= LONGEST_BODY) chunks.push(chunk);
      if (length <= LONGEST_READ) return;
      request.pause();
      end();
    });
    request.once('end', end);
    for (const gone of ['error', 'close']) request.once(gone, () => done(undefined));
  });
}

/** True also of what does not say that it is one; Next.js would throw at one in parts that has none. */
async function isForm(type = '', body: Buffer<ArrayBuffer>) {
  if (!/^multipart\/form-data\b/i.test(type)) return true;
  const form = await new Response(body, { headers: { 'content-type': type } }).formData().catch(() => undefined);
  return form !== undefined && [...form.keys()].every((name) => namesNoneOrOne(name, form));
}

/** React names the action of a form in a field, or refers to a further one in which it stands with its arguments. */
function namesNoneOrOne(field: string, form: FormData) {
  const [, kind, suffix = ''] = /^\$ACTION_(ID|REF)_(.*)$/s.exec(field) ?? [];
  if (kind === 'ID') return isAction(suffix);
  return kind === undefined || /"id":"[\da-f]{42}"/.test(String(form.get(`$ACTION_${suffix}:0`)));
}

/** The request with this body, in a copy where its stream has been read. */
export function withBody(request: IncomingMessage, body: Buffer) {
  if (body === noBody) return request;
  const { socket, method, url, headers, rawHeaders, httpVersion } = request;
  const copy = new IncomingMessage(socket);
  delete headers['transfer-encoding'];
  headers['content-length'] = String(body.length);
  const [httpVersionMajor, httpVersionMinor] = httpVersion.split('.').map(Number);
  Object.assign(copy, { method, url, headers, rawHeaders, httpVersion, httpVersionMajor, httpVersionMinor });
  copy.complete = true;
  copy.push(body);
  copy.push(null);
  return copy;
}

const unreadable: FrontDoorRefusal = {
  status: 400,
  code: 'invalid_request',
  message: 'The request could not be read. Go back, reload the page and try again.',
};

const noAddress: FrontDoorRefusal = {
  status: 400,
  code: 'invalid_request',
  message: 'This address cannot be read. If you followed a link, copy the whole of it and try again.',
};

const tooLarge: FrontDoorRefusal = {
  status: 413,
  code: 'too_large',
  message: 'More was sent than is taken here. Go back, shorten it and try again.',
};

const notAllowed = (methods: string[]): FrontDoorRefusal => ({
  status: 405,
  code: 'method_not_allowed',
  message: 'This address does not take that method. Open it in a browser instead.',
  headers: { allow: methods.join(', ') },
});
