import type { Extension } from '@/lib/extension';

/** What was added to Latchkey, by its name. This file is yours: nothing of ours writes to it. */
export const extensions: Record<string, Extension> = {};
