import { handleOidc } from '@/lib/oidc';

// Access follows the standard here: the engine asks for client authentication, a token or a session.
export { handleOidc as GET, handleOidc as OPTIONS, handleOidc as POST };
