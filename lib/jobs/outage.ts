import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe } from 'node:diagnostics_channel';
import type { ServerResponse } from 'node:http';
import { isUnavailable } from '@/db';

const RETRY_AFTER = 5;
const answers = new AsyncLocalStorage<ServerResponse>();

/** Stores the response of each request, for `outageResponse`. */
export function trackResponses() {
  subscribe('http.server.request.start', (message) =>
    answers.enterWith((message as { response: ServerResponse }).response),
  );
}

/** Turns the 500 of a page into 503 where the database is unavailable: a page cannot set its own status. */
export function outageResponse(error: unknown) {
  const answer = answers.getStore();
  if (!answer || answer.headersSent || !isUnavailable(error)) return;
  const writeHead = answer.writeHead.bind(answer) as (status: number, ...args: unknown[]) => ServerResponse;
  answer.writeHead = (status: number, ...args: unknown[]) => {
    if (status !== 500) return writeHead(status, ...args);
    answer.setHeader('retry-after', RETRY_AFTER);
    return writeHead(503, ...args);
  };
}
