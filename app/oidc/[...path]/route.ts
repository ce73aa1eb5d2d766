import { handleOidc } from '@/lib/oidc';

// Who may enter is the standard's matter here: the engine asks for a client's proof, a token or a session.
export { handleOidc as GET, handleOidc as OPTIONS, handleOidc as POST };
