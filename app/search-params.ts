/** What a page is given of the query of its address. */
export type PageProps = { searchParams: Promise<Record<string, string | string[] | undefined>> };

/** A parameter that stands in the address once; one that is repeated counts as missing. */
export const single = (value: string | string[] | undefined) => (typeof value === 'string' ? value : undefined);
