// Where Latchkey is, from its settings. Node's own modules only.

/** Only this machine can be meant by "localhost", so only this machine may connect. */
const isLocalhost = (hostname) => /(^|\.)localhost$/.test(hostname);

/**
 * Where people open Latchkey, and where it listens: at PORT, else where PUBLIC_URL says; the port of an https address is
 * that of the proxy in front, which speaks it.
 */
export function whereLatchkeyIs({ PUBLIC_URL, PORT }) {
  const address = PUBLIC_URL || `http://localhost:${PORT || 3000}`;
  if (PORT && !(Number(PORT) > 0 && Number(PORT) < 65_536)) throw new Error(`PORT is not a port: ${PORT}`);
  if (!URL.canParse(address)) throw new Error(`PUBLIC_URL is not an address: ${address}`);
  const { origin, protocol, hostname, port } = new URL(address);
  const local = isLocalhost(hostname);
  return {
    origin,
    local,
    host: local ? '127.0.0.1' : undefined,
    port: Number(PORT || (protocol === 'http:' ? port || 80 : 3000)),
  };
}
