const ALL = 10;

/** How many recovery codes are left, drawn and said. */
export function CodesLeft({ left }: { left: number }) {
  const colour = left === 0 ? 'bg-danger' : left <= 2 ? 'bg-caution' : 'bg-good';
  return (
    <div>
      <p className="text-sm">
        <strong className="font-medium">
          {left} of {ALL}
        </strong>{' '}
        recovery codes left
      </p>
      <div aria-hidden className="mt-2 flex max-w-64 gap-1">
        {Array.from({ length: ALL }, (_, index) => index).map((index) => (
          <span key={index} className={`h-2 flex-1 rounded-full ${index < left ? colour : 'bg-line'}`} />
        ))}
      </div>
    </div>
  );
}
