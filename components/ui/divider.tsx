/** A line with a word in it, between two ways to do the same. */
export const Divider = ({ children }: { children: string }) => (
  <p className="flex items-center gap-3 text-sm text-muted before:h-px before:flex-1 before:bg-line after:h-px after:flex-1 after:bg-line">
    {children}
  </p>
);
