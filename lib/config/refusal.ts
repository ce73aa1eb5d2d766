/** Every problem of the configuration, in one message for the operator. */
export class ConfigError extends Error {
  override name = 'ConfigError';
}

/** The refusal to start, with a line for every problem. */
export const refuse = (problems: string[]) =>
  new ConfigError(`Latchkey cannot start:\n${problems.map((p) => `  - ${p}`).join('\n')}`);

/** The sentences of which what they say holds. */
export const thatHold = (sentences: Record<string, boolean>) => Object.keys(sentences).filter((one) => sentences[one]);
