export type Cbor = number | boolean | string | Uint8Array | Cbor[] | Map<number | string, Cbor>;

/** The subset of CBOR (RFC 8949) that WebAuthn needs, every length in its shortest form. */
export function cbor(value: Cbor): Buffer {
  if (typeof value === 'number') return value < 0 ? head(1, -1 - value) : head(0, value);
  if (typeof value === 'boolean') return Buffer.from([value ? 0xf5 : 0xf4]);
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (Array.isArray(value)) return Buffer.concat([head(4, value.length), ...value.map(cbor)]);
  if (value instanceof Map) return cborMap([...value]);
  return Buffer.concat([head(2, value.length), value]);
}

/** A map of exactly these entries, even when a key comes twice. */
export const cborMap = (entries: [Cbor, Cbor][]) =>
  Buffer.concat([head(5, entries.length), ...entries.flat().map((item) => cbor(item))]);

/** A number in this many bytes, the most significant first. */
export function uint(value: number, bytes: number) {
  const buffer = Buffer.alloc(bytes);
  buffer.writeUIntBE(value, 0, bytes);
  return buffer;
}

function head(major: number, n: number) {
  if (n < 24) return uint((major << 5) | n, 1);
  const bytes = n < 256 ? 1 : n < 65_536 ? 2 : 4;
  return Buffer.concat([uint((major << 5) | (bytes === 4 ? 26 : 23 + bytes), 1), uint(n, bytes)]);
}
