import { CancelCeremony } from './cancel-ceremony';
import { CeremonyMessage } from './ceremony-message';
import type { Sentence } from './types';

/** The status under the button: the next step, the current one, or in its place the result. */
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
