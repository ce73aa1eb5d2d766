import { CancelCeremony } from './cancel-ceremony';
import { CeremonyMessage } from './ceremony-message';
import type { Sentence } from './types';

/** What is said under the button: what comes next, what is going on, and in its place what came of it. */
export function CeremonyProgress({
  status,
  sentence,
  asking,
}: {
  status: string;
  sentence?: Sentence;
  asking: boolean;
}) {
  return (
    <div className="mt-2.5">
      <p role="status" className={sentence ? 'sr-only' : 'min-h-10 text-center text-sm text-balance text-muted'}>
        {sentence ? '' : status}
      </p>
      {asking && <CancelCeremony />}
      {sentence && <CeremonyMessage sentence={sentence} />}
    </div>
  );
}
