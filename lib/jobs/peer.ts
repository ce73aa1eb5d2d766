import { subscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { PEER_HEADER } from '@/lib/requester';

/**
 * Route handlers cannot see the socket, and a client can send any header: so the true peer is written into the request
 * before Next sees it, over whatever the client sent under that name.
 */
export function stampPeers() {
  subscribe('http.server.request.start', (message) => {
    const { request, socket } = message as { request: IncomingMessage; socket: Socket };
    request.headers[PEER_HEADER] = socket.remoteAddress ?? '';
  });
}
