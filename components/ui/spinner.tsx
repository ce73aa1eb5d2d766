export const Spinner = ({ className = 'size-4' }: { className?: string }) => (
  <svg viewBox="0 0 16 16" aria-hidden="true" className={`animate-spin motion-reduce:animate-none ${className}`}>
    <circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" strokeWidth="2" opacity="0.28" />
    <path d="M8 2a6 6 0 0 1 6 6" fill="none" stroke="currentColor" strokeWidth="2" strokeLinecap="round" />
  </svg>
);
