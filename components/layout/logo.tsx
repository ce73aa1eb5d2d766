/** An L that is a key: the bow above, the bit at its foot. Takes the colour of the text around it. */
export const Logo = ({ className = 'size-8' }: { className?: string }) => (
  <svg viewBox="0 0 32 32" aria-hidden="true" className={`shrink-0 text-accent ${className}`}>
    <rect width="32" height="32" rx="8" fill="currentColor" />
    <g fill="none" stroke="var(--on-accent)" strokeWidth="3" strokeLinecap="square">
      <circle cx="12.5" cy="10" r="4.25" />
      <path d="M12.5 16v9.5H22M14.5 20.25h4" />
    </g>
  </svg>
);
