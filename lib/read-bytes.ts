type Bytes = Buffer<ArrayBuffer>;

/** A request whose body has come as a whole: `readBytes` has it as it is, and whoever wants a stream has one made of it. */
export class ReceivedRequest extends Request {
  readonly received: Bytes;
  #streamed: Response | undefined;

  constructor(address: string, init: { method: string; headers: Record<string, string> }, received: Bytes) {
    super(address, init);
    this.received = received;
  }

  get #content() {
    this.#streamed ??= new Response(this.received, { headers: this.headers });
    return this.#streamed;
  }

  override get body() {
    return this.#content.body;
  }
  override text = () => this.#content.text();
  override json = () => this.#content.json();
  override formData = () => this.#content.formData();
  override arrayBuffer = () => this.#content.arrayBuffer();
  override bytes = () => this.#content.bytes();
  override blob = () => this.#content.blob();
}

/** The body of a request, or nothing when it has more bytes than this; the stream is left as soon as it is too long. */
export async function readBytes(request: Request, limit: number) {
  if (Number(request.headers.get('content-length') ?? 0) > limit) return undefined;
  const { received } = request as Partial<ReceivedRequest>;
  if (received) return received.length > limit ? undefined : received;
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of (request.body ?? []) as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    if (length > limit) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
