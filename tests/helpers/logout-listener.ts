import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createRemoteJWKSet, customFetch, jwtVerify } from 'jose';
import { config } from '@/lib/config';
import { callProvider } from './relying-party';

/** A client's real listener for back-channel logout; answers with `status` and keeps what it was sent. */
export async function listenForLogout(status = () => 200, delay = 0) {
  const received: string[] = [];
  const server = createServer((request, answer) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      received.push(new URLSearchParams(body).get('logout_token') ?? body);
      setTimeout(() => {
        answer.statusCode = status();
        if (answer.statusCode === 302) answer.setHeader('location', '/elsewhere');
        answer.end();
      }, delay);
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  const close = () => {
    server.closeAllConnections();
    return new Promise((done) => server.close(done));
  };
  return { uri: `http://127.0.0.1:${port}/logout`, host: `127.0.0.1:${port}`, received, close };
}

/** A logout token as a client checks it (Back-Channel Logout §2.6). */
export async function checkLogoutToken(token: string, audience: string) {
  const keys = createRemoteJWKSet(new URL(`${config.publicUrl}/oidc/jwks`), {
    [customFetch]: (url, init) => callProvider(url, init),
  });
  const { payload, protectedHeader } = await jwtVerify(token, keys, {
    issuer: config.publicUrl,
    audience,
    typ: 'logout+jwt',
  });
  return {
    ...(payload as typeof payload & { sid?: string; nonce?: string; events?: unknown }),
    alg: protectedHeader.alg,
  };
}
