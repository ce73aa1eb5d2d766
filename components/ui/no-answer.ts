import { unstable_isUnrecognizedActionError, unstable_rethrow } from 'next/navigation';
import type { FormState } from '@/lib/http';

/** The message where the server could not be reached or gave no usable answer; for forms and buttons. */
export const noAnswer = {
  unreachable: {
    title: "We couldn't reach the server",
    text: 'Your device seems to be offline, or the service is away for a moment.',
    next: 'Check your connection, then try again.',
  },
  unavailable: {
    title: 'The service is away for a moment',
    text: 'It did not answer as it should, so what you asked for may not be done.',
    next: 'Try again in a minute.',
  },
  internal: {
    title: 'Something went wrong',
    text: 'It is our fault, and it has been written down. Nothing was changed.',
    next: 'Try again. If it stays like this, tell the people who run this service and give them the reference.',
  },
};

const updated = {
  title: 'This page is from before an update',
  text: 'The service has been renewed since you opened it. Nothing was changed.',
  next: 'Copy what you typed, then reload the page.',
};

/** What a form says whose action threw instead of answering. A redirect is thrown as well, and goes its way. */
export function describeThrown(thrown: unknown): FormState {
  unstable_rethrow(thrown);
  if (isFromElsewhere(thrown)) return { status: 'failed', message: thrown.message.trim() };
  const { title, text, next } = wordsFor(thrown);
  const reference = digestOf(thrown);
  return { status: 'failed', message: `${title}. ${text} ${next}${reference ? ` Reference: ${reference}` : ''}` };
}

function wordsFor(thrown: unknown) {
  if (unstable_isUnrecognizedActionError(thrown)) return updated;
  if (digestOf(thrown)) return noAnswer.internal;
  // What `fetch` throws where there is no connection.
  return thrown instanceof TypeError ? noAnswer.unreachable : noAnswer.unavailable;
}

/** A page that was opened under another name than ours: the answer says where to go (`lib/http/foreign-form.ts`). */
const isFromElsewhere = (thrown: unknown): thrown is Error =>
  thrown instanceof Error && thrown.message.startsWith('This form was sent from another site');

/** By this Next names what was thrown on the server, and written down there. */
const digestOf = (thrown: unknown) => (thrown as { digest?: string } | null)?.digest;
