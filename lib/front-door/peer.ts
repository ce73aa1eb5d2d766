import { subscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';
import { PEER_HEADER } from '@/lib/requester';

/**
 * Route handlers cannot see the socket, and a client can send any header: so the true peer is written into the request
 * before Next sees it, over whatever the client sent under that name.
 */
export function stampPeer(request: IncomingMessage) {
  request.headers[PEER_HEADER] = request.socket.remoteAddress ?? '';
}

/** The same for every request of this process, where the server that takes them is not ours. */
export function stampPeers() {
  subscribe('http.server.request.start', (message) => stampPeer((message as { request: IncomingMessage }).request));
}
