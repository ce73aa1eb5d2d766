import { NextRequest } from 'next/server';
import { expect, test } from 'vitest';
import { cookiesOf } from './cookies';

test.each(['a=1', 'a=1; b=2', 'a=1; a=2', 'a=2; b=3; a=1', 'a=b=c', 'a=%20x', ''])(
  'programs and pages read the same of %j, also of two with one name',
  (cookie) => {
    const request = new NextRequest('http://localhost/', { headers: { cookie } });
    for (const name of ['a', 'b', 'c'])
      expect(cookiesOf(request).get(name)?.value).toBe(request.cookies.get(name)?.value);
  },
);
