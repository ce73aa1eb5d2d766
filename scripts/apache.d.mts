/** Debian's Apache with mod_auth_openidc, or nothing where it is not installed. */
export function findApache(): { program: string; modules: string } | undefined;
