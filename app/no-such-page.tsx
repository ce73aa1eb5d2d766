import { Problem } from '@/components/layout/problem';
import { ButtonLink } from '@/components/ui/button';

/** What stands where nothing is: as a page of its own, or in the frame of those around it. */
export const NoSuchPage = ({ framed }: { framed?: boolean }) => (
  <Problem
    framed={framed}
    title="There is no such page"
    action={
      <ButtonLink variant="primary" href="/">
        Go to the start
      </ButtonLink>
    }
  >
    The address may be mistyped, or the page may be for other people than you.
  </Problem>
);

/** The same in the frame of a group of pages. */
export const FramedNoSuchPage = () => <NoSuchPage framed />;
