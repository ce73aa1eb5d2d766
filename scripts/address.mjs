// The address of Latchkey, from its settings. Node's own modules only.

/** `localhost` means this machine, so only this machine may connect. */
const isLocalhost = (hostname) => /(^|\.)localhost$/.test(hostname);

/**
 * The origin that people open, and the host and port to listen on: PORT, else the port of an http PUBLIC_URL, else 3000 (the
 * port of an https address is that of the proxy in front). Throws for what is no address or no port.
 */
export function serverAddress({ PUBLIC_URL, PORT }) {
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
