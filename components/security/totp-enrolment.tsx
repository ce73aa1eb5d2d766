import { CopyButton } from '../ui/copy-button';
import { Form, FormFields, FormMessage, SubmitButton } from '../ui/form';
import type { Sending } from '../ui/use-action';

type AppEnrolmentProps = { begun: Sending; finished: Sending };

/** The picture to scan, the same as text, and the code that proves the app has it. */
export function TotpEnrolment({ begun, finished }: AppEnrolmentProps) {
  const [state] = finished;
  const data = begun[0].status === 'done' ? begun[0].data : undefined;
  return (
    <div className="space-y-6">
      {data?.qr && data.secret && <Secret qr={data.qr} secret={data.secret} />}
      <Form sending={finished} className="space-y-4">
        <FormMessage state={state} />
        <FormFields
          state={state}
          fields={[
            {
              name: 'code',
              label: data ? '2. Enter the code that the app shows' : 'Code from the app',
              inputMode: 'numeric',
              autoComplete: 'one-time-code',
              required: true,
              maxLength: 20,
              className: 'max-w-xs',
            },
          ]}
        />
        <SubmitButton variant="primary">Confirm</SubmitButton>
      </Form>
      {!data && (
        <Form sending={begun} className="space-y-2">
          <SubmitButton size="small">Show a new picture to scan</SubmitButton>
          <FormMessage state={begun[0]} />
        </Form>
      )}
    </div>
  );
}

const Secret = ({ qr, secret }: { qr: string; secret: string }) => (
  <div>
    <p className="text-sm font-medium">1. Scan this with the app</p>
    <div className="mt-3 flex flex-wrap items-center gap-x-6 gap-y-4">
      {/* biome-ignore lint/performance/noImgElement: a picture made for this moment, in the page itself */}
      <img
        src={qr}
        alt="QR code for your authenticator app. The same key stands beside it as text."
        width={176}
        height={176}
        className="size-44 rounded-control border border-line bg-white"
      />
      <div className="min-w-0 flex-[1_1_14rem] text-sm">
        <p className="text-muted">Cannot scan? Add this key to the app by hand:</p>
        <p className="my-2 font-mono text-[0.9375rem] leading-relaxed break-words select-all">{secret}</p>
        <CopyButton text={secret.replaceAll(' ', '')} label="Copy the key" />
      </div>
    </div>
  </div>
);
