import { handleOidc } from '@/lib/oidc';

export { handleOidc as GET, handleOidc as OPTIONS };
