// Answers every page's 404 with the one not-found page. Node's own modules only.
import { AsyncResource } from 'node:async_hooks';
import { IncomingMessage } from 'node:http';

/** An address that no page can have: Next.js reserves folders of such names. */
const NOT_FOUND_PATH = '/_nothing';

/** The methods of a response that we and Next.js (for compression and cookies) override. */
const overridden = ['setHeader', 'writeHead', 'flushHeaders', 'write', 'end', 'on', 'flush'];

/**
 * For `notFound()` Next.js writes an empty document, which a script then fills (decision 0048). None of it is sent: the
 * request is handled again as one for an address that no page has, so that every 404 has the same page.
 */
export const withNotFoundPage = (handle) => async (request, response) => {
  const { writeHead, flushHeaders, write, end } = response;
  const requestHeaders = { ...request.headers };
  const names = response.getHeaderNames();
  let blank = false;
  const isBlank = () => {
    blank ||= !response.headersSent && isNotFoundPage(request, response);
    return blank;
  };

  const handleAgain = AsyncResource.bind(() => {
    for (const name of overridden) delete response[name];
    for (const name of response.getHeaderNames()) if (!names.includes(name)) response.removeHeader(name);
    response.statusCode = 200;
    response.setMaxListeners(2 * response.getMaxListeners());
    handle(notFoundRequest(request, requestHeaders), response).catch((error) => {
      console.error(error);
      response.destroy();
    });
  });

  response.writeHead = (...head) => (isBlank() ? response : writeHead.apply(response, head));
  response.flushHeaders = () => isBlank() || flushHeaders.call(response);
  response.write = (...chunk) => isBlank() || write.apply(response, chunk);
  response.end = (...chunk) => {
    if (!isBlank()) return end.apply(response, chunk);
    handleAgain();
    return response;
  };
  await handle(request, response);
};

const isNotFoundPage = ({ url }, response) =>
  response.statusCode === 404 &&
  !/^\/(api|oidc|\.well-known)\//.test(url) &&
  /^text\/html/.test(response.getHeader('content-type'));

/** The request of the same client for the address that no page has. */
function notFoundRequest({ socket, method, httpVersion, httpVersionMajor, httpVersionMinor }, headers) {
  const request = new IncomingMessage(socket);
  for (const name of ['content-type', 'content-length', 'next-action']) delete headers[name];
  const version = { httpVersion, httpVersionMajor, httpVersionMinor };
  Object.assign(request, { method: method === 'HEAD' ? 'HEAD' : 'GET', url: NOT_FOUND_PATH, headers, ...version });
  request.complete = true;
  request.push(null);
  return request;
}
