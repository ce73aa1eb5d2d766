export { FramedNoSuchPage as default } from '../no-such-page';
