/** For a browser in which no script runs: why nothing happens, and what to do. */
export const NeedsScript = ({ otherwise }: { otherwise?: string }) => (
  <noscript>
    <p className="mb-5 rounded-control border border-caution/40 bg-caution-soft px-4 py-3 text-sm">
      Passkeys are asked for by your browser, and that takes JavaScript.{' '}
      {otherwise ?? 'Turn it on for this site, then reload the page.'}
    </p>
  </noscript>
);
