/** A person and a key: the sign people know for a passkey. */
export const PasskeyMark = ({ className = 'size-6' }: { className?: string }) => (
  <svg
    viewBox="0 0 24 24"
    aria-hidden="true"
    fill="none"
    stroke="currentColor"
    strokeWidth="2"
    strokeLinecap="round"
    strokeLinejoin="round"
    className={`shrink-0 ${className}`}
  >
    <circle cx="9" cy="7" r="4" />
    <path d="M2 20v-1a6 6 0 0 1 6-6h3" />
    <circle cx="18" cy="12" r="3" />
    <path d="M18 15v7l2-1.75M18 18.5h2" />
  </svg>
);
