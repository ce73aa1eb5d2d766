import { CopyButton } from './copy-button';

/** Text to be copied as it is. It scrolls by itself, so that no line is broken. */
export const CodeBlock = ({ text, label }: { text: string; label: string }) => (
  <div className="rounded-control border border-line bg-inset">
    <div className="flex items-center justify-between gap-3 border-b border-line py-1.5 pr-1.5 pl-3.5">
      <p className="min-w-0 truncate text-sm text-muted">{label}</p>
      <CopyButton text={text} label={`Copy ${label}`} />
    </div>
    {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard */}
    <pre tabIndex={0} className="overflow-x-auto rounded-b-control p-3.5 text-[0.8125rem] leading-relaxed">
      <code>{text}</code>
    </pre>
  </div>
);
