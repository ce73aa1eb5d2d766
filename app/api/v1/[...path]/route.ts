import { serveApi } from '@/lib/api';

type Context = { params: Promise<{ path: string[] }> };

const serve = async (request: Request, { params }: Context) => serveApi(request, (await params).path);

export { serve as DELETE, serve as GET, serve as HEAD, serve as OPTIONS, serve as PATCH, serve as POST, serve as PUT };
