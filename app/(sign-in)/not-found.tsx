import { NoSuchPage } from '../no-such-page';

export default function NotFound() {
  return <NoSuchPage framed />;
}
