import type { z } from 'zod';

const several = (words: readonly unknown[]) => `must be one of ${words.join(', ')}`;

/** The sentence for an invalid setting that defines none; it never contains the value. */
export function sentenceFor(issue: z.core.$ZodRawIssue) {
  switch (issue.code) {
    case 'invalid_value':
      return several(issue.values);
    case 'invalid_type':
      return issue.expected === 'string'
        ? 'must be a text'
        : `must be a ${issue.expected === 'int' ? 'whole ' : ''}number`;
    case 'too_small':
      if (issue.origin === 'array') return 'must name at least one';
      return `must ${issue.origin === 'string' ? `have at least ${issue.minimum} characters` : `be at least ${issue.minimum}`}`;
    case 'too_big':
      return `must ${issue.origin === 'string' ? `have at most ${issue.maximum} characters` : `be at most ${issue.maximum}`}`;
    default:
      return 'is not of the form that it needs';
  }
}
