// Gives a page that finds nothing the answer of an address where nothing is. Node's own modules only.
import { AsyncResource } from 'node:async_hooks';
import { IncomingMessage } from 'node:http';

/** No page can have this address: Next.js keeps folders of such names to itself. */
const NOWHERE = '/_nothing';

/** What is laid over a response: by us, and by Next.js to compress and to keep cookies. */
const laidOver = ['setHeader', 'writeHead', 'flushHeaders', 'write', 'end', 'on', 'flush'];

/**
 * For `notFound()` Next.js writes an empty document, which a script then fills (decision 48). Nothing of that is sent:
 * whoever finds nothing, for whatever reason, gets the page of one and the same address at which nothing is.
 */
export const withoutBlankPages = (handle) => async (request, response) => {
  const { writeHead, flushHeaders, write, end } = response;
  const requestHeaders = { ...request.headers };
  const names = response.getHeaderNames();
  let blank = false;
  const isBlank = () => {
    blank ||= !response.headersSent && isPageWithout(request, response);
    return blank;
  };

  const answerAnew = AsyncResource.bind(() => {
    for (const name of laidOver) delete response[name];
    for (const name of response.getHeaderNames()) if (!names.includes(name)) response.removeHeader(name);
    response.statusCode = 200;
    response.setMaxListeners(2 * response.getMaxListeners());
    handle(nowhere(request, requestHeaders), response).catch((error) => {
      console.error(error);
      response.destroy();
    });
  });

  response.writeHead = (...head) => (isBlank() ? response : writeHead.apply(response, head));
  response.flushHeaders = () => isBlank() || flushHeaders.call(response);
  response.write = (...chunk) => isBlank() || write.apply(response, chunk);
  response.end = (...chunk) => {
    if (!isBlank()) return end.apply(response, chunk);
    answerAnew();
    return response;
  };
  await handle(request, response);
};

const isPageWithout = ({ url }, response) =>
  response.statusCode === 404 &&
  !/^\/(api|oidc|\.well-known)\//.test(url) &&
  /^text\/html/.test(response.getHeader('content-type'));

/** The same visitor, who asks for nothing. */
function nowhere({ socket, method, httpVersion, httpVersionMajor, httpVersionMinor }, headers) {
  const request = new IncomingMessage(socket);
  for (const name of ['content-type', 'content-length', 'next-action']) delete headers[name];
  const version = { httpVersion, httpVersionMajor, httpVersionMinor };
  Object.assign(request, { method: method === 'HEAD' ? 'HEAD' : 'GET', url: NOWHERE, headers, ...version });
  request.complete = true;
  request.push(null);
  return request;
}
