type AppMarkProps = { name: string; logo?: string | null; className?: string };

/** An app's own picture, or the first letter of its name. */
export function AppMark({ name, logo, className = 'size-11' }: AppMarkProps) {
  const shape = `${className} shrink-0 rounded-control border border-line`;
  // biome-ignore lint/performance/noImgElement: a data URL of a size that was checked when it was uploaded
  if (logo) return <img src={logo} alt="" className={`${shape} object-contain`} />;
  return (
    <span aria-hidden className={`${shape} grid place-items-center bg-inset text-lg font-semibold text-muted`}>
      {[...name][0]?.toUpperCase()}
    </span>
  );
}
